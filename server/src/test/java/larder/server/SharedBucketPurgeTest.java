package larder.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import larder.tiering.Digest;
import larder.upstream.Fault;
import larder.upstream.Received;
import org.junit.jupiter.api.Test;

/** A purge covers the bucket too. */
class SharedBucketPurgeTest extends TwoClusters {
  @Test
  void aPurgeReachesIt() throws Exception {
    pull(other, more);
    assertThat(
            other.adminPost("/purge?what=" + more.digest(), "Authorization", token()).statusCode())
        .isEqualTo(200);
    assertThat(objects()).hasSize(1);
    pull(other, more);
    assertThat(hub.count(Received::isBlob)).isEqualTo(1);
  }

  @Test
  void aPurgeReachesWhatOnlyOthersHavePulled() throws Exception {
    withFleetKey("0123456789abcdef0123456789abcdef");
    Digest image = pullManifest();
    RunningLarder.until("shared", _ -> listed("tags/") == 1);
    assertThat(other.adminPost("/purge?what=app:1", "Authorization", token()).statusCode())
        .isEqualTo(200);
    assertThat(objects()).isEmpty();
    assertThat(listed("manifests/")).isZero();
    assertThat(listed("tags/")).isZero();
    hub.script().always(_ -> true, new Fault.Status(503, "", ""));
    assertThat(other.get("/v2/app/manifests/" + image, "Accept", ACCEPT).statusCode())
        .isEqualTo(502);
  }

  @Test
  void aPurgeThatDoesNotReachItSaysSo() throws Exception {
    proxy.close();
    var answer = other.adminPost("/purge?what=" + more.digest(), "Authorization", token());
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(new String(answer.body(), UTF_8)).contains("s3://" + bucket.name());
  }
}
