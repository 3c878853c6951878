package larder.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import larder.registry.Upstreams.Repository;
import larder.tiering.Digest;
import larder.tiering.Events;
import larder.tiering.Tag;
import larder.tiering.TagRecord;
import larder.tiering.TagStore;
import larder.upstream.Received;
import larder.upstream.TestRegistry;
import larder.upstream.Upstream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fails does not keep a purge from the rest, and is said. */
class PurgeFailureTest {
  private static final String MANIFEST =
      "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"layers\":[]}"
          .formatted(TestRegistry.OCI_MANIFEST);

  @TempDir Path data;
  private final InstantSource clock = InstantSource.system();
  private TestRegistry registry;
  private ManifestsTest.Store store;
  private Upstream upstream;
  private Manifests manifests;

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.start();
    store = ManifestsTest.Store.in(data);
    upstream = ManifestsTest.upstream(registry.url(), clock);
    manifests = ManifestsTest.over(store, Runnable::run);
    registry.putManifest("a", "1", TestRegistry.OCI_MANIFEST, MANIFEST.getBytes(UTF_8));
  }

  @AfterEach
  void stop() throws Exception {
    upstream.close();
    store.close();
    registry.close();
  }

  /** On a disk where nothing can be removed, nor listed. */
  private static final class Stuck implements TagStore {
    private final boolean listed;
    private Optional<TagRecord> record = Optional.empty();
    private boolean full;

    Stuck(boolean listed) {
      this.listed = listed;
    }

    @Override
    public Optional<TagRecord> find(Tag tag) {
      return record;
    }

    @Override
    public void put(Tag tag, TagRecord known) throws IOException {
      if (full) {
        throw new IOException("No space left on device");
      }
      record = Optional.of(known);
    }

    @Override
    public void remove(Tag tag) throws IOException {
      throw new IOException("Read-only file system");
    }

    @Override
    public void forEach(String of, Consumer<Tag> to) throws IOException {
      if (!listed) {
        throw new IOException("Input/output error");
      }
      to.accept(new Tag(of, "a", "1"));
    }

    @Override
    public void sweep(String of, Instant before) {}
  }

  private void pulledAndPurged(TagStore records, String failure) throws Exception {
    KnownTags known = new KnownTags(records, "disk", Events.NONE, clock);
    Tags tags = new Tags(known, manifests, Runnable::run, clock);
    Repository repository = new Repository(upstream, "a");
    tags.resolve(repository, "1", true);
    assertThat(store.tier().blobs()).isEqualTo(1);
    Purge purge =
        new Purge(
            new Upstreams(List.of(upstream)),
            store.tier(),
            _ -> {},
            Optional.empty(),
            manifests,
            known);
    assertThatIOException()
        .isThrownBy(() -> purge.run(PurgeRequest.of("a:1")))
        .withMessageContaining(failure);
    assertThat(store.tier().blobs()).isZero();
    long before = registry.count(Received::isManifest);
    manifests.byDigest(
        upstream.key(Digest.of(Digest.Algorithm.SHA256, MANIFEST.getBytes(UTF_8))), repository);
    assertThat(registry.count(Received::isManifest)).isEqualTo(before + 1);
  }

  @Test
  void aTagThatStays() throws Exception {
    pulledAndPurged(new Stuck(true), "the tag test.example/a:1 could not be removed");
  }

  @Test
  void aTagOfWhichAnOlderMeaningStays() throws Exception {
    Stuck records = new Stuck(true);
    Digest old = Digest.of(Digest.Algorithm.SHA256, "old".getBytes(UTF_8));
    Instant before = clock.instant().minusSeconds(3600);
    records.put(
        new Tag("test.example", "a", "1"),
        new TagRecord(old, TestRegistry.OCI_MANIFEST, 3, before, before.plusSeconds(60)));
    records.full = true;
    pulledAndPurged(records, "the tag test.example/a:1 could not be removed");
  }

  @Test
  void tagsThatCannotBeListed() throws Exception {
    pulledAndPurged(new Stuck(false), "Input/output error");
  }
}
