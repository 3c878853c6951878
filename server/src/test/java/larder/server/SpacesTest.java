package larder.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import larder.config.UpstreamConfig;
import larder.tiering.Digest;
import larder.tiering.Event;
import larder.upstream.Fault;
import larder.upstream.GeneratedBlob;
import larder.upstream.Received;
import larder.upstream.TestRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What private upstreams hold is kept apart, and what is kept apart stays there. */
class SpacesTest {
  private static final String ACCEPT = "application/vnd.oci.image.manifest.v1+json";
  private static final String REFERRERS = "application/vnd.oci.image.index.v1+json";

  @TempDir Path data;
  private TestRegistry hub;
  private TestRegistry ours;
  private TestRegistry theirs;
  private RunningLarder larder;
  private final GeneratedBlob layer = new GeneratedBlob(1, 3_000_000);
  private final Digest absent = Digest.of(Digest.Algorithm.SHA256, "absent".getBytes(UTF_8));
  private Digest image = absent;

  @BeforeEach
  void start() throws Exception {
    hub = TestRegistry.start();
    ours = TestRegistry.start();
    theirs = TestRegistry.start();
    larder = new RunningLarder(data);
    larder.upstreams.add(RunningLarder.upstream("docker.io", true, hub.url(), List.of()));
    larder.upstreams.add(
        openly(RunningLarder.upstream("ours.example", false, ours.url(), List.of())));
    larder.upstreams.add(
        openly(RunningLarder.upstream("theirs.example", false, elsewhere(theirs), List.of())));
    larder.start();
    image = ours.putImage("team/app", "1", List.of(layer));
    ours.putDocument("team/app/referrers/" + image, REFERRERS, "{\"manifests\":[]}");
    ours.putDocument("team/app/referrers/" + layer.digest(), REFERRERS, "{\"manifests\":[]}");
  }

  /** By another name of the host. */
  private static URI elsewhere(TestRegistry registry) {
    return URI.create(registry.url().toString().replace("127.0.0.1", "localhost"));
  }

  private static UpstreamConfig openly(UpstreamConfig upstream) {
    return RunningLarder.privately(upstream, true);
  }

  @AfterEach
  void stop() throws Exception {
    larder.close();
    hub.close();
    ours.close();
    theirs.close();
  }

  private byte[] pullOurs() throws IOException {
    larder.get("/v2/ours.example/team/app/manifests/1", "Accept", ACCEPT);
    larder.get("/v2/ours.example/team/app/referrers/" + image);
    larder.get("/v2/ours.example/team/app/referrers/" + layer.digest());
    return larder.get("/v2/ours.example/team/app/blobs/" + layer.digest()).body();
  }

  private void awaitKept() throws InterruptedException {
    RunningLarder.until(
        "kept",
        _ ->
            larder.events(Event.Filled.class).stream()
                .anyMatch(each -> each.outcome() == Event.Outcome.KEPT));
  }

  /** As of something that is nowhere, by whatever other name. */
  private void assertNothingIsTold() throws IOException {
    for (String name : List.of("team/app", "docker.io/team/app", "theirs.example/team/app")) {
      List<String> nothing = Probe.of(larder, name, absent, "");
      assertThat(nothing).allMatch(each -> each.contains(" 404 "));
      for (Digest digest : List.of(image, layer.digest())) {
        assertThat(Probe.of(larder, name, digest, "")).isEqualTo(nothing);
      }
    }
    for (Digest digest : List.of(image, layer.digest())) {
      assertThat(Probe.of(larder, "ours.example/team/app", digest, "?ns=docker.io"))
          .isEqualTo(Probe.of(larder, "ours.example/team/app", absent, "?ns=docker.io"));
    }
  }

  @Test
  void itIsServedUnderItsOwnNameOnly() throws Exception {
    assertThat(pullOurs()).hasSize(3_000_000);
    awaitKept();
    assertNothingIsTold();
  }

  @Test
  void aDigestIsNotToldOfByTheFillThatMakesIt() throws Exception {
    ours.script().always(Received::isBlob, new Fault.Rate(200_000));
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<byte[]> pull = clients.submit(this::pullOurs);
      RunningLarder.until("a fill", _ -> ours.payloadBytes(layer.digest()) > 100_000);
      assertNothingIsTold();
      assertThat(pull.isDone()).isFalse();
      ours.script().clear();
      larder.close();
      larder.start();
    }
  }

  @Test
  void itIsNotToldOfAfterARestart() throws Exception {
    pullOurs();
    awaitKept();
    larder.restart();
    assertNothingIsTold();
    assertThat(larder.get("/v2/ours.example/team/app/blobs/" + layer.digest()).body())
        .hasSize(3_000_000);
    assertThat(ours.payloadBytes(layer.digest())).isEqualTo(layer.size());
  }

  @Test
  void whatAPurgeLeavesIsNotToldOf() throws Exception {
    pullOurs();
    awaitKept();
    AdminToken.Access access = AdminToken.find(data);
    String purge = "/purge?what=" + layer.digest();
    assertThat(larder.adminPost(purge, "Authorization", "Bearer " + access.token()).body())
        .asString(UTF_8)
        .startsWith("0 tags and 1 blobs of 3000000 ");
    assertNothingIsTold();
    assertThat(larder.get("/v2/ours.example/team/app/manifests/" + image).statusCode())
        .isEqualTo(200);
    assertNothingIsTold();
    larder.adminPost("/purge?upstream=ours.example", "Authorization", "Bearer " + access.token());
    assertNothingIsTold();
  }

  @Test
  void whatIsPublicServesAPrivateNameToo() throws Exception {
    hub.putImage("team/app", "1", List.of(layer));
    larder.get("/v2/team/app/manifests/1", "Accept", ACCEPT);
    larder.get("/v2/team/app/blobs/" + layer.digest());
    awaitKept();

    assertThat(larder.head("/v2/ours.example/team/app/blobs/" + layer.digest()).headers())
        .satisfies(headers -> assertThat(headers.firstValue("Content-Length")).contains("3000000"));
    assertThat(larder.get("/v2/ours.example/team/app/blobs/" + layer.digest()).body())
        .hasSize(3_000_000);
    assertThat(larder.get("/v2/ours.example/team/app/manifests/" + image).statusCode())
        .isEqualTo(200);
    assertThat(ours.received()).isEmpty();
  }

  @Test
  void whatIsPublicServesAPrivateNameFromDiskToo() throws Exception {
    hub.putImage("team/app", "1", List.of(layer));
    larder.get("/v2/team/app/manifests/1", "Accept", ACCEPT);
    larder.restart();
    assertThat(larder.get("/v2/ours.example/team/app/manifests/" + image).statusCode())
        .isEqualTo(200);
    assertThat(ours.count(Received::isManifest)).isZero();
  }

  @Test
  void oneTagOfTwoUpstreamsIsTwoTags() throws Exception {
    Digest other = hub.putImage("team/app", "1", List.of(new GeneratedBlob(9, 1000)));
    pullOurs();
    assertThat(larder.head("/v2/team/app/manifests/1", "Accept", ACCEPT).headers().map())
        .containsEntry("docker-content-digest", List.of(other.toString()));
    assertThat(
            larder.head("/v2/ours.example/team/app/manifests/1", "Accept", ACCEPT).headers().map())
        .containsEntry("docker-content-digest", List.of(image.toString()));
    assertThat(larder.head("/v2/theirs.example/team/app/manifests/1").statusCode()).isEqualTo(404);
  }

  @Test
  void aRefusedTagIsServedNoMoreAndAKnownDigestIs() throws Exception {
    pullOurs();
    awaitKept();
    ours.script().always(request -> !request.isToken(), new Fault.Status(403, "", ""));
    larder.later(Duration.ofMinutes(2));
    String tag = "/v2/ours.example/team/app/manifests/1";
    assertThat(larder.get(tag, "Accept", ACCEPT).statusCode()).isEqualTo(403);
    assertThat(larder.get("/v2/ours.example/team/app/manifests/" + image).statusCode())
        .isEqualTo(200);
    assertThat(larder.get("/v2/ours.example/team/app/blobs/" + layer.digest()).statusCode())
        .isEqualTo(200);

    ours.script().clear();
    ours.script().always(request -> true, new Fault.Status(500, "", ""));
    assertThat(larder.get(tag, "Accept", ACCEPT).statusCode()).isEqualTo(502);
    larder.restart();
    assertThat(larder.get(tag, "Accept", ACCEPT).statusCode()).isEqualTo(502);
  }

  @Test
  void whatHasBecomePrivateIsToldOfNoMore() throws Exception {
    hub.putImage("team/app", "1", List.of(new GeneratedBlob(9, 1000)));
    larder.upstreams.set(1, RunningLarder.upstream("ours.example", false, ours.url(), List.of()));
    larder.restart();
    pullOurs();
    awaitKept();
    assertThat(larder.get("/v2/team/app/blobs/" + layer.digest()).statusCode()).isEqualTo(200);

    larder.upstreams.set(1, openly(larder.upstreams.get(1)));
    larder.restart();
    ours.resetCounts();
    assertNothingIsTold();
    assertThat(larder.get("/v2/ours.example/team/app/blobs/" + layer.digest()).body())
        .hasSize(3_000_000);
    assertThat(ours.payloadBytes()).isZero();
  }

  @Test
  void anotherNameAndPortOfAHostThatWasPublicMayHoldTheSame() throws Exception {
    larder.upstreams.set(1, RunningLarder.upstream("ours.example", false, ours.url(), List.of()));
    larder.restart();
    pullOurs();
    awaitKept();
    URI elsewhere = URI.create("http://127.0.0.1:9");
    larder.upstreams.set(
        1, openly(RunningLarder.upstream("renamed.example", false, elsewhere, List.of())));
    larder.restart();
    assertThat(larder.get("/v2/team/app/blobs/" + layer.digest()).statusCode()).isEqualTo(404);
    assertThat(larder.get("/v2/renamed.example/team/app/blobs/" + layer.digest()).body())
        .hasSize(3_000_000);
  }

  @Test
  void whatHasBecomePublicIsToldOfByItsOwnNameOnlyUntilItIsFetchedAnew() throws Exception {
    pullOurs();
    awaitKept();
    larder.upstreams.set(1, RunningLarder.upstream("ours.example", false, ours.url(), List.of()));
    larder.restart();
    assertNothingIsTold();
    assertThat(larder.get("/v2/ours.example/team/app/blobs/" + layer.digest()).body())
        .hasSize(3_000_000);
    assertThat(ours.payloadBytes(layer.digest())).isEqualTo(2 * layer.size());
  }

  @Test
  void anUpstreamThatIsNotOpenTellsEveryStrangerTheSame() throws Exception {
    pullOurs();
    awaitKept();
    larder.upstreams.set(
        1,
        RunningLarder.privately(
            RunningLarder.upstream("ours.example", false, ours.url(), List.of()), false));
    larder.restart();
    ours.resetCounts();
    List<String> names =
        List.of(
            "ours.example/team/app", "ours.example/team/other", "alias-of-ours.example/team/app");
    List<String> refused = Probe.of(larder, names.getFirst(), absent, "");
    assertThat(refused).allMatch(each -> each.contains(" 403 "));
    assertThat(refused.getFirst()).contains("DENIED").contains("larder");
    for (String name : names) {
      for (Digest digest : List.of(absent, image, layer.digest())) {
        assertThat(Probe.of(larder, name, digest, "")).isEqualTo(refused);
        assertThat(Probe.of(larder, "team/app", digest, "?ns=ours.example")).isEqualTo(refused);
        assertThat(Probe.of(larder, "docker.io/team/app", digest, "?ns=ours.example"))
            .isEqualTo(refused);
      }
    }
    for (String path : List.of("manifests/1", "manifests/none", "tags/list")) {
      assertThat(larder.get("/v2/ours.example/team/app/" + path).statusCode()).isEqualTo(403);
      assertThat(larder.head("/v2/ours.example/team/app/" + path).statusCode()).isEqualTo(403);
    }
    assertThat(ours.received()).isEmpty();
  }
}
