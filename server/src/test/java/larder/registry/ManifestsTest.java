package larder.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import larder.config.Credentials;
import larder.config.Proxies;
import larder.config.TlsFiles;
import larder.config.UpstreamConfig;
import larder.config.Visibility;
import larder.fs.DataDirectory;
import larder.fs.Disk;
import larder.fs.FileBlobStore;
import larder.fs.FileSpool;
import larder.policy.LeastRecentlyUsed;
import larder.registry.Upstreams.Repository;
import larder.tiering.Bound;
import larder.tiering.DiskThreads;
import larder.tiering.Events;
import larder.tiering.FileTransfer;
import larder.tiering.SmallBlobs;
import larder.tiering.Tier;
import larder.upstream.BodyMemory;
import larder.upstream.TestRegistry;
import larder.upstream.Upstream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestsTest {
  @TempDir Path data;

  /** On a real disk; the caller closes the store. */
  static Manifests over(Store store, Executor keeping) {
    return new Manifests(
        64 << 20, store.small(), new BodyMemory("manifests", 64 << 20), Optional.empty(), keeping);
  }

  /** A tier in a directory. */
  record Store(DataDirectory directory, Tier tier, SmallBlobs small) implements AutoCloseable {
    static Store in(Path data) throws Exception {
      InstantSource clock = InstantSource.system();
      DiskThreads disk = new DiskThreads();
      DataDirectory directory = DataDirectory.open(data, clock);
      FileBlobStore blobs =
          FileBlobStore.open(directory, disk, new FileTransfer(disk), clock, Disk.real());
      Tier tier =
          Tier.open(
              "disk", blobs, new Bound(1 << 30, 0), new LeastRecentlyUsed<>(), Events.NONE, clock);
      SmallBlobs small =
          new SmallBlobs(tier, new FileSpool(directory, disk), disk, Upstream.LARGEST_MANIFEST);
      return new Store(directory, tier, small);
    }

    @Override
    public void close() throws Exception {
      tier.close();
      directory.close();
    }
  }

  static Upstream upstream(URI url, InstantSource clock) {
    UpstreamConfig config =
        new UpstreamConfig(
            "test.example",
            url,
            true,
            List.of(),
            new Credentials.Anonymous(),
            Visibility.PUBLIC,
            true,
            List.of(),
            Duration.ofMinutes(1),
            Duration.ofDays(7),
            true,
            true,
            TlsFiles.NONE,
            Proxies.NONE,
            new UpstreamConfig.Timeouts(
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10)));
    BodyMemory memory = new BodyMemory("bodies", 64 << 20);
    return Upstream.open(
        config, new Upstream.Bounds(16, memory, memory), Events.NONE, clock, "larder/test");
  }

  @Test
  void onlySoManyBytesWaitForTheDisk() throws Exception {
    Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    try (TestRegistry registry = TestRegistry.start();
        Store store = Store.in(data);
        Upstream upstream = upstream(registry.url(), InstantSource.system())) {
      Manifests manifests = over(store, waiting::add);
      Repository repository = new Repository(upstream, "a");
      for (int i = 0; i < 6; i++) {
        String body =
            "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"n\":%d,\"x\":\"%s\"}"
                .formatted(TestRegistry.OCI_MANIFEST, i, "x".repeat(4_000_000));
        registry.putManifest("a", "t" + i, TestRegistry.OCI_MANIFEST, body.getBytes(UTF_8));
        assertThat(manifests.byTag(repository, "t" + i).body()).hasSize(body.length());
      }
      assertThat(waiting).hasSize(4);
      waiting.forEach(Runnable::run);
      assertThat(store.tier().blobs()).isEqualTo(4);
      registry.putManifest(
          "a",
          "small",
          TestRegistry.OCI_MANIFEST,
          "{\"schemaVersion\":2,\"mediaType\":\"%s\"}"
              .formatted(TestRegistry.OCI_MANIFEST)
              .getBytes(UTF_8));
      manifests.byTag(repository, "small");
      assertThat(waiting).as("once there is room again").hasSize(5);
    }
  }
}
