package larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import larder.config.DiskPolicy;
import larder.upstream.GeneratedBlob;
import larder.upstream.TestRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a scan drives out of a full disk. */
class DiskPolicyTest {
  private static final int SIZE = 100_000;

  @TempDir private Path data;
  private final GeneratedBlob hot = new GeneratedBlob(1, SIZE);

  /** How often upstream had to send a blob that was asked for before a scan and after it. */
  private long fetches(DiskPolicy policy, Runs before) throws Exception {
    try (TestRegistry hub = TestRegistry.start();
        RunningLarder larder = new RunningLarder(data)) {
      larder.upstreams.add(RunningLarder.upstream("docker.io", true, hub.url(), List.of()));
      larder.policy = policy;
      larder.capacity = 10 * SIZE;
      larder.start();
      hub.putBlob(hot);
      String path = "/v2/app/blobs/" + hot.digest();
      before.run(larder, path);
      for (int i = 0; i < 20; i++) {
        String once = "/v2/app/blobs/" + hub.putBlob(new GeneratedBlob(100 + i, SIZE));
        assertThat(larder.get(once).statusCode()).isEqualTo(200);
      }
      assertThat(larder.get(path).body()).hasSize(SIZE);
      return hub.payloadBytes(hot.digest()) / SIZE;
    }
  }

  private interface Runs {
    void run(RunningLarder larder, String path) throws Exception;
  }

  private static void twice(RunningLarder larder, String path) throws Exception {
    for (int i = 0; i < 2; i++) {
      assertThat(larder.get(path).body()).hasSize(SIZE);
    }
  }

  /** As containerd 2 reads a layer. */
  private static void inRanges(RunningLarder larder, String path) throws Exception {
    assertThat(larder.get(path).body()).hasSize(SIZE);
    for (int at = 10_000; at < SIZE; at += 10_000) {
      String range = "bytes=%d-%d".formatted(at, at + 9_999);
      assertThat(larder.get(path, "Range", range).body()).hasSize(10_000);
    }
  }

  @Test
  void byRecencyItGoes() throws Exception {
    assertThat(fetches(DiskPolicy.LRU, DiskPolicyTest::twice)).isEqualTo(2);
  }

  @Test
  void byS3FifoWhatWasAskedForTwiceStays() throws Exception {
    assertThat(fetches(DiskPolicy.S3_FIFO, DiskPolicyTest::twice)).isEqualTo(1);
  }

  @Test
  void whatWasReadInManyRangesWasAskedForOnce() throws Exception {
    assertThat(fetches(DiskPolicy.S3_FIFO, DiskPolicyTest::inRanges)).isEqualTo(2);
  }
}
