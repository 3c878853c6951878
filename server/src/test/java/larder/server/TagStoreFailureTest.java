package larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import larder.tiering.Event;
import larder.upstream.GeneratedBlob;
import larder.upstream.TestRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that takes no tags costs a restart's memory of them, and is told. */
class TagStoreFailureTest {
  @TempDir Path data;

  @Test
  void aTagThatTheDiskDoesNotTakeIsServedAndTheFailureCounted() throws Exception {
    try (TestRegistry registry = TestRegistry.start();
        RunningLarder larder = RunningLarder.over(data, registry)) {
      registry.putImage("team/app", "1", List.of(new GeneratedBlob(1, 1000)));
      // Nobody makes a folder there, whatever his rights.
      Files.createSymbolicLink(data.resolve("tags"), Path.of("/proc"));
      for (int i = 0; i < 2; i++) {
        HttpResponse<byte[]> answer =
            larder.get("/v2/team/app/manifests/1", "Accept", TestRegistry.OCI_MANIFEST);
        assertThat(answer.statusCode()).isEqualTo(200);
      }
      RunningLarder.until(
          "the failure is told", _ -> !larder.events(Event.TierFailed.class).isEmpty());
      assertThat(larder.events(Event.TierFailed.class))
          .allSatisfy(failed -> {
            assertThat(failed.tier()).isEqualTo("disk");
            assertThat(failed.operation()).isEqualTo("put-tag");
            assertThat(failed.key()).isEqualTo("docker.io/team/app:1");
          });
      assertThat(larder.admin("/metrics"))
          .containsPattern("larder_tier_failures_total\\{[^}]*operation=\"put-tag\"[^}]*} 1");
    }
  }
}
