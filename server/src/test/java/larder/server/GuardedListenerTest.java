package larder.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import larder.config.GuardedConfig;
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

/** Who may have what on the listener where clients make themselves known. */
class GuardedListenerTest {
  private static final List<String> BUILDER = bearer("token-of-builder");
  private static final List<String> TESTER = bearer("token-of-tester");
  private static final List<String> NEWCOMER = bearer("token-of-newcomer");

  @TempDir Path data;
  @TempDir Path secrets;
  private TestRegistry hub;
  private TestRegistry ours;
  private TestRegistry theirs;
  private RunningLarder larder;
  private final GeneratedBlob layer = new GeneratedBlob(1, 300_000);
  private final Digest absent = Digest.of(Digest.Algorithm.SHA256, "absent".getBytes(UTF_8));
  private Digest image = absent;

  private static List<String> bearer(String token) {
    return List.of("Authorization", "Bearer " + token);
  }

  private static String hashed(String name) {
    byte[] token = ("token-of-" + name).getBytes(UTF_8);
    return name + ":" + Digest.of(Digest.Algorithm.SHA256, token) + "\n";
  }

  @BeforeEach
  void start() throws Exception {
    hub = TestRegistry.start();
    ours = TestRegistry.start();
    theirs = TestRegistry.start();
    Path tokens = secrets.resolve("tokens");
    Files.writeString(tokens, hashed("builder") + hashed("tester") + hashed("newcomer"));
    larder = new RunningLarder(data);
    larder.upstreams.add(RunningLarder.upstream("docker.io", true, hub.url(), List.of()));
    larder.upstreams.add(
        RunningLarder.privately(
            RunningLarder.upstream("ours.example", false, ours.url(), List.of()), false));
    larder.upstreams.add(
        RunningLarder.privately(
            RunningLarder.upstream("theirs.example", false, theirs.url(), List.of()), false));
    larder.guarded =
        Optional.of(
            new GuardedConfig(
                "127.0.0.1",
                0,
                Optional.empty(),
                Optional.of(tokens),
                Optional.empty(),
                Map.of(
                    "builder", Set.of("docker.io", "ours.example"),
                    "tester", Set.of("theirs.example"))));
    larder.start();
    image = ours.putImage("team/app", "1", List.of(layer));
    hub.putImage("team/app", "1", List.of(new GeneratedBlob(5, 1000)));
  }

  @AfterEach
  void stop() throws Exception {
    larder.close();
    hub.close();
    ours.close();
    theirs.close();
  }

  private HttpResponse<byte[]> get(String path, List<String> who) throws IOException {
    return larder.guarded("GET", path, who.toArray(String[]::new));
  }

  private void pullOurs() throws Exception {
    assertThat(get("/v2/ours.example/team/app/manifests/1", BUILDER).statusCode()).isEqualTo(200);
    assertThat(get("/v2/ours.example/team/app/blobs/" + layer.digest(), BUILDER).body())
        .hasSize(300_000);
    RunningLarder.until("kept", _ -> !larder.events(Event.Filled.class).isEmpty());
  }

  private List<String> probe(String name, Digest digest, String query, List<String> who)
      throws IOException {
    return Probe.of(larder::guarded, name, digest, query, who.toArray(String[]::new));
  }

  @Test
  void clientsLearnOfTheLoginFromThePing() throws Exception {
    HttpResponse<byte[]> unknown = get("/v2/", List.of());
    assertThat(unknown.statusCode()).isEqualTo(401);
    assertThat(unknown.headers().firstValue("WWW-Authenticate")).contains("Basic realm=\"larder\"");
    assertThat(unknown.headers().firstValue("Docker-Distribution-Api-Version"))
        .contains("registry/2.0");
    assertThat(new String(unknown.body(), UTF_8)).contains("UNAUTHORIZED").contains("larder");
    assertThat(get("/v2/", BUILDER).statusCode()).isEqualTo(200);
    assertThat(larder.get("/v2/").statusCode()).isEqualTo(200);
  }

  @Test
  void whoIsKnownPullsWhatItMayHave() throws Exception {
    pullOurs();
    assertThat(larder.lastServed().client()).isEqualTo("builder");
    assertThat(get("/v2/team/app/manifests/1", BUILDER).statusCode()).isEqualTo(200);
  }

  @Test
  void aTokenIsAPasswordForClientsThatKnowPasswordsOnly() throws Exception {
    String both = Base64.getEncoder().encodeToString("builder:token-of-builder".getBytes(UTF_8));
    assertThat(get("/v2/", List.of("Authorization", "Basic " + both)).statusCode()).isEqualTo(200);
  }

  @Test
  void strangersAreToldNothing() throws Exception {
    pullOurs();
    ours.resetCounts();
    for (List<String> who :
        List.of(
            List.<String>of(),
            bearer("wrong"),
            List.of("Authorization", "Basic !!"),
            List.of("Authorization", "Digest x"))) {
      List<String> nothing = probe("ours.example/team/other", absent, "", who);
      assertThat(nothing).allMatch(each -> each.contains(" 401 "));
      assertThat(probe("ours.example/team/app", layer.digest(), "", who)).isEqualTo(nothing);
      assertThat(probe("ours.example/team/app", image, "", who)).isEqualTo(nothing);
      assertThat(probe("team/app", image, "?ns=ours.example", who)).isEqualTo(nothing);
    }
    assertThat(ours.received()).isEmpty();
  }

  @Test
  void whoMayNotHaveAnUpstreamIsToldTheSameOfAllThatItHolds() throws Exception {
    pullOurs();
    ours.resetCounts();
    List<String> nothing = probe("ours.example/team/app", absent, "", TESTER);
    assertThat(nothing).allMatch(each -> each.contains(" 403 "));
    assertThat(nothing.getFirst()).contains("DENIED").contains("larder does not let tester");
    for (Digest digest : List.of(layer.digest(), image)) {
      for (String name : List.of("ours.example/team/app", "alias-of-ours.example/team/app")) {
        assertThat(probe(name, digest, "", TESTER)).isEqualTo(nothing);
        assertThat(probe(name, digest, "?ns=ours.example", TESTER)).isEqualTo(nothing);
      }
      assertThat(probe("theirs.example/team/app", digest, "?ns=ours.example", TESTER))
          .isEqualTo(nothing);
    }
    assertThat(ours.received()).isEmpty();
    assertThat(get("/v2/team/app/manifests/1", TESTER).statusCode()).isEqualTo(403);
  }

  @Test
  void aPrivateDigestIsNotToldOfUnderAnotherNameThatTheClientMayHave() throws Exception {
    pullOurs();
    List<String> nothing = probe("theirs.example/team/app", absent, "", TESTER);
    assertThat(nothing).allMatch(each -> each.contains(" 404 "));
    for (Digest digest : List.of(layer.digest(), image)) {
      assertThat(probe("theirs.example/team/app", digest, "", TESTER)).isEqualTo(nothing);
      assertThat(probe("ours.example/team/app", digest, "?ns=theirs.example", TESTER))
          .isEqualTo(probe("ours.example/team/app", absent, "?ns=theirs.example", TESTER));
      assertThat(Probe.of(larder, "team/app", digest, ""))
          .isEqualTo(Probe.of(larder, "team/app", absent, ""));
    }
  }

  @Test
  void whoIsNotListedMayHaveWhatIsOpenOnly() throws Exception {
    assertThat(get("/v2/team/app/manifests/1", NEWCOMER).statusCode()).isEqualTo(200);
    assertThat(get("/v2/ours.example/team/app/manifests/1", NEWCOMER).statusCode()).isEqualTo(403);
    assertThat(ours.received()).isEmpty();
  }

  @Test
  void theOpenListenerServesWhatIsOpenOnly() throws Exception {
    pullOurs();
    String path = "/v2/ours.example/team/app/blobs/" + layer.digest();
    assertThat(larder.get(path).statusCode()).isEqualTo(403);
    assertThat(larder.get(path, BUILDER.toArray(String[]::new)).statusCode()).isEqualTo(403);
    assertThat(larder.get("/v2/team/app/manifests/1").statusCode()).isEqualTo(200);
  }

  @Test
  void aTokenThatIsTakenBackIsWorthNothingSoon() throws Exception {
    assertThat(get("/v2/", TESTER).statusCode()).isEqualTo(200);
    Files.writeString(secrets.resolve("tokens"), hashed("builder"));
    larder.later(Duration.ofSeconds(2));
    assertThat(get("/v2/", TESTER).statusCode()).isEqualTo(401);
    assertThat(get("/v2/", BUILDER).statusCode()).isEqualTo(200);
  }

  @Test
  void whatIsKeptIsServedWhileTheTokenServiceIsDown() throws Exception {
    ours.wantsTokens(true);
    pullOurs();
    ours.revokeTokens();
    ours.script().always(Received::isToken, new Fault.Status(503, "", ""));
    larder.later(Duration.ofHours(2));
    assertThat(get("/v2/ours.example/team/app/manifests/1", BUILDER).statusCode()).isEqualTo(200);
    assertThat(get("/v2/ours.example/team/app/manifests/" + image, BUILDER).statusCode())
        .isEqualTo(200);
    assertThat(
            Arrays.equals(
                get("/v2/ours.example/team/app/blobs/" + layer.digest(), BUILDER).body(),
                layer.from(0).readAllBytes()))
        .isTrue();
    assertThat(get("/v2/ours.example/team/app/manifests/1", List.of()).statusCode()).isEqualTo(401);
    assertThat(get("/v2/ours.example/team/app/manifests/1", TESTER).statusCode()).isEqualTo(403);
  }

  @Test
  void clientsCredentialsGoNoFurther() throws Exception {
    pullOurs();
    get("/v2/team/app/manifests/1", BUILDER);
    assertThat(ours.received()).allMatch(each -> each.header("Authorization").isEmpty());
    assertThat(hub.received()).allMatch(each -> each.header("Authorization").isEmpty());
  }

  @Test
  void pushesAreRefusedToThoseWhoAreKnown() throws Exception {
    String path = "/v2/team/app/blobs/uploads/";
    assertThat(larder.guarded("POST", path).statusCode()).isEqualTo(401);
    assertThat(larder.guarded("POST", path, BUILDER.toArray(String[]::new)).statusCode())
        .isEqualTo(405);
  }

  @Test
  void refusalsAreCounted() throws Exception {
    get("/v2/", List.of());
    get("/v2/", bearer("wrong"));
    assertThat(larder.admin("/metrics"))
        .contains("larder_guarded_refusals_total{cluster=\"test\",reason=\"none\"} 1.0")
        .contains("larder_guarded_refusals_total{cluster=\"test\",reason=\"unknown\"} 1.0");
  }
}
