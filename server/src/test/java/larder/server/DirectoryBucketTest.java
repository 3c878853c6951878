package larder.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import larder.config.BucketConfig;
import larder.config.Secret;
import larder.upstream.Fault;
import larder.upstream.GeneratedBlob;
import larder.upstream.TestRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory that stands in for the bucket. */
class DirectoryBucketTest {
  private static final String MANIFEST = "/v2/app/manifests/1";

  @TempDir Path data;
  @TempDir Path empty;
  @TempDir Path bucket;
  private final GeneratedBlob layer = new GeneratedBlob(3, 5_000_000);

  private RunningLarder larder(Path disk, TestRegistry hub) {
    RunningLarder larder = new RunningLarder(disk);
    larder.upstreams.add(RunningLarder.upstream("docker.io", true, hub.url(), List.of()));
    larder.bucket = Optional.of(new BucketConfig.Directory(bucket));
    larder.fleetKey = Optional.of(new Secret("0123456789abcdef0123456789abcdef"));
    return larder;
  }

  private boolean holds(String folder) {
    try (var files = Files.walk(bucket.resolve(folder))) {
      return files.anyMatch(Files::isRegularFile);
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void afterALostDiskAllIsThereWithoutUpstream() throws Exception {
    try (TestRegistry hub = TestRegistry.start()) {
      hub.putImage("library/app", "1", List.of(layer));
      String path = "/v2/app/blobs/" + layer.digest();
      try (RunningLarder before = larder(data, hub)) {
        before.start();
        assertThat(before.get(MANIFEST).statusCode()).isEqualTo(200);
        assertThat(before.get(path).body()).hasSize(5_000_000);
        RunningLarder.until(
            "put there", _ -> holds("blobs") && holds("manifests") && holds("tags"));
        RunningLarder second = larder(empty, hub);
        assertThatIOException()
            .isThrownBy(second::start)
            .withMessageContaining("larder.bucket.path");
      }
      hub.script().always(_ -> true, new Fault.Status(503, "", ""));
      try (RunningLarder after = larder(empty, hub)) {
        after.start();
        assertThat(after.get(MANIFEST).statusCode()).isEqualTo(200);
        byte[] body = after.get(path).body();
        assertThat(Arrays.equals(body, layer.from(0).readAllBytes())).isTrue();
      }
      assertThat(hub.payloadBytes(layer.digest())).isEqualTo(layer.size());
    }
  }
}
