package larder.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import larder.config.Credentials;
import larder.identity.Surroundings;
import larder.tiering.SourceException.Denied;
import larder.tiering.SourceException.Unavailable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream whose login is in a Docker configuration or at a credential helper. */
class DockerLoginTest {
  private static final List<String> ANY = List.of("*/*");
  private static final String TOLD =
      "larder cannot read its login for test.example; its log says why";
  private static final String SCOPE = "repository:a:pull";

  @TempDir private Path folder;
  private final UpstreamFixture fixture = new UpstreamFixture();
  private TestRegistry registry;
  private TestRegistry other;
  private Path config;
  private String host;

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.start();
    registry.putManifest("a", "1", TestRegistry.OCI_MANIFEST, "{}".getBytes(UTF_8));
    other = TestRegistry.start();
    host = "127.0.0.1:" + registry.url().getPort();
    config = folder.resolve("config.json");
    fixture.credentials = new Credentials.DockerConfig(config);
    fixture.around =
        new Surroundings(List.of(folder.resolve("none"), folder), Duration.ofSeconds(10), Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
    registry.close();
    other.close();
  }

  private void entry(String json) throws Exception {
    Files.writeString(config, "{\"auths\":{\"" + host + "\":" + json + "}}");
  }

  private void later(int seconds) {
    fixture.now.updateAndGet(now -> now.plusSeconds(seconds));
  }

  /** A helper that notes what it was asked, and does what is written. */
  private void helper(String script) throws Exception {
    Files.writeString(config, "{\"credsStore\":\"test\"}");
    Path file = folder.resolve("docker-credential-test");
    String asked = folder.resolve("asked").toString();
    Files.writeString(
        file, "#!/bin/sh\necho \"$1 $(cat)\" >>'" + asked + "'\necho s3cret >&2\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private List<String> asked() throws Exception {
    return Files.readAllLines(folder.resolve("asked"));
  }

  private static String answer(String user, String secret) {
    return "echo '{\"ServerURL\":\"x\",\"Username\":\"%s\",\"Secret\":\"%s\"}'"
        .formatted(user, secret);
  }

  @Test
  void aPasswordIsShownAndReadAnewWhenItHasChanged() throws Exception {
    entry("{\"auth\":\"Y2k6czNjcmV0\"}");
    registry.knowsOnly("ci", "s3cret");
    registry.wantsBasic(true);
    Upstream upstream = fixture.open(registry);
    assertThat(upstream.manifest("a", "1", ANY).body()).hasSize(2);

    entry("{\"username\":\"ci\",\"password\":\"rotated\"}");
    registry.knowsOnly("ci", "rotated");
    assertThat(upstream.manifest("a", "1", ANY).body()).hasSize(2);
  }

  @Test
  void anIdentityTokenIsPostedToTheTokenServiceAndToNobodyElse() throws Exception {
    entry("{\"auth\":\"MDA6\",\"identitytoken\":\"re+fresh&x=y\"}");
    registry.knowsOnlyIdentityToken("re%2Bfresh%26x%3Dy");
    registry.wantsTokens(true);
    registry.redirectsBlobs(true);
    var digest = registry.putBlob(new byte[10]);
    Upstream upstream = fixture.open(registry);
    assertThat(upstream.manifest("a", "1", ANY).body()).hasSize(2);
    assertThat(UpstreamFixture.read(upstream.blob("a", digest).getFirst().open(0))).hasSize(10);

    assertThat(registry.received(Received::isToken))
        .singleElement()
        .satisfies(r -> {
          assertThat(r.method()).isEqualTo("POST");
          assertThat(r.target()).isEqualTo("/token");
          assertThat(r.header("Authorization")).isEmpty();
          assertThat(r.header("Content-Type").orElse(""))
              .startsWith("application/x-www-form-urlencoded");
          assertThat(r.body())
              .isEqualTo(
                  "grant_type=refresh_token&client_id=larder&refresh_token=re%2Bfresh%26x%3Dy"
                      + "&service=test-registry&scope=repository:a:pull");
        });
    assertThat(registry.received(r -> !r.isToken())).allMatch(r -> r.body().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void anIdentityTokenFollowsNoRedirect(int status) throws Exception {
    entry("{\"identitytoken\":\"s3cret\"}");
    registry.wantsTokens(true);
    for (TestRegistry to : List.of(registry, other)) {
      registry.script().once(Received::isToken, Fault.redirect(status, to.url() + "/token?next"));
      assertThatThrownBy(() -> fixture.open(registry).manifest("a", "1", ANY))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("what is posted is shown to no other")
          .hasMessageNotContaining("s3cret");
    }
    assertThat(other.requests()).isZero();
    assertThat(registry.received(r -> r.query().equals("next"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"400, true", "401, true", "403, true", "404, false", "405, false", "500, false"})
  void anIdentityTokenIsRefusedOrNotUnderstood(int status, boolean denied) throws Exception {
    entry("{\"identitytoken\":\"s3cret\"}");
    registry.wantsTokens(true);
    registry.script().always(Received::isToken, Fault.status(status));
    assertThatThrownBy(() -> fixture.open(registry).manifest("a", "1", ANY))
        .isInstanceOf(denied ? Denied.class : Unavailable.class);
    assertThat(registry.count(Received::isToken)).isEqualTo(1);
  }

  @Test
  void aRegistryThatWantsAPasswordDoesNotGetATokenInItsPlace() throws Exception {
    registry.knowsOnly("ci", "s3cret");
    registry.wantsBasic(true);
    for (String kind : List.of("identitytoken", "registrytoken")) {
      entry("{\"" + kind + "\":\"s3cret\"}");
      assertThatThrownBy(() -> fixture.open(registry).manifest("a", "1", ANY))
          .isInstanceOf(Denied.class)
          .hasMessageContaining("no way to make itself known that it has");
    }
    assertThat(registry.received()).allMatch(r -> r.header("Authorization").isEmpty());
  }

  @Test
  void aRegistryTokenIsShownAsItIsAndReplacedByTheFile() throws Exception {
    entry("{\"registrytoken\":\"first\"}");
    registry.wantsTokens(true);
    registry.takes("first", SCOPE);
    Upstream upstream = fixture.open(registry);
    assertThat(upstream.manifest("a", "1", ANY).body()).hasSize(2);

    registry.revokeTokens();
    registry.takes("second", SCOPE);
    entry("{\"registrytoken\":\"second\"}");
    later(2);
    assertThat(upstream.manifest("a", "1", ANY).body()).hasSize(2);
    assertThat(registry.count(Received::isToken)).isZero();
  }

  @Test
  void aHelperIsAskedForTheHostAndItsAnswerKept() throws Exception {
    helper(answer("ci", "s3cret"));
    registry.knowsOnly("ci", "s3cret");
    registry.wantsBasic(true);
    Upstream upstream = fixture.open(registry);
    upstream.manifest("a", "1", ANY);
    later(299);
    upstream.manifest("a", "1", ANY);
    assertThat(asked()).containsExactly("get " + host);
    later(1);
    upstream.manifest("a", "1", ANY);
    assertThat(asked()).hasSize(2);
  }

  @Test
  void aHelperIsAskedAgainOnceWhenItsAnswerIsRefused() throws Exception {
    helper(answer("ci", "old"));
    registry.knowsOnly("ci", "old");
    registry.wantsBasic(true);
    Upstream upstream = fixture.open(registry);
    upstream.manifest("a", "1", ANY);

    helper(answer("ci", "rotated"));
    registry.knowsOnly("ci", "rotated");
    later(30);
    assertThat(upstream.manifest("a", "1", ANY).body()).hasSize(2);
    assertThat(asked()).hasSize(2);

    registry.knowsOnly("ci", "yet another");
    later(30);
    registry.resetCounts();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Denied.class);
    }
    assertThat(asked()).hasSize(3);
    assertThat(registry.requests()).isEqualTo(4);
  }

  @Test
  void aHelperMayHaveAnIdentityToken() throws Exception {
    helper(answer("<token>", "refresh"));
    registry.knowsOnlyIdentityToken("refresh");
    registry.wantsTokens(true);
    assertThat(fixture.open(registry).manifest("a", "1", ANY).body()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exit 3 | ended with status 3",
        "echo credentials not found in native keychain; exit 1 | has no credentials for it",
        "echo s3cret; exit 1 | ended with status 1",
        "echo s3cret | answered with what is no JSON",
        "echo '{\"Username\":\"s3cret\"}' | without a user name or a password",
        "echo '{\"Username\":\"a:b\",\"Secret\":\"s3cret\"}' | without a user name or a password",
        "echo | without a user name or a password",
        "yes s3cret | answered more than 65536 bytes",
        "kill -9 $$ | ended with status 137",
      })
  void aHelperThatFailsIsTroubleAndNoRefusal(String script, String message) throws Exception {
    helper(script);
    registry.wantsTokens(true);
    Upstream upstream = fixture.open(registry);
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY))
        .isInstanceOf(Unavailable.class)
        .hasMessage(TOLD)
        .cause()
        .hasMessage("docker-credential-test for " + host + ": " + message);
    assertThat(upstream.answering()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"exec sleep 1000", "sleep 1000", "exec 1>&-; exec sleep 1000"})
  void aHelperThatDoesNotAnswerIsEnded(String script) throws Exception {
    helper("echo $$ >'" + folder.resolve("pid") + "'\n" + script);
    fixture.around = new Surroundings(List.of(folder), Duration.ofSeconds(2), Map.of());
    registry.wantsTokens(true);
    Upstream upstream = fixture.open(registry);
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY))
        .isInstanceOf(Unavailable.class)
        .hasMessage(TOLD)
        .cause()
        .hasMessage("docker-credential-test for " + host + ": no answer within 2 s");
    assertThat(upstream.answering()).isTrue();
    long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
    assertThat(
            ProcessHandle.of(pid)
                .map(ProcessHandle::onExit)
                .orElseGet(() -> CompletableFuture.completedFuture(ProcessHandle.current())))
        .succeedsWithin(Duration.ofSeconds(60));
  }

  @Test
  void whatAHelperLeavesBehindKeepsNobodyWaiting() throws Exception {
    Path pid = folder.resolve("pid");
    // It goes on for a while, so that larder has begun to read before it ends.
    helper("sleep 1000 &\necho $! >'" + pid + "'\n" + answer("ci", "s3cret") + "\nsleep 0.2");
    fixture.around = new Surroundings(List.of(folder), Duration.ofSeconds(20), Map.of());
    registry.knowsOnly("ci", "s3cret");
    registry.wantsBasic(true);
    Upstream upstream = fixture.open(registry);
    assertThat(upstream.manifest("a", "1", ANY).body()).hasSize(2);
    ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow().destroyForcibly();
  }

  @Test
  void aHelperDoesNotSeeWhatIsLardersOwn() throws Exception {
    Path seen = folder.resolve("seen");
    helper("env >'" + seen + "'\n" + answer("ci", "s3cret"));
    fixture.around =
        Surroundings.of(
            Map.of(
                "PATH", folder + ":/usr/bin:/bin",
                "HOME", "/home/x",
                "LARDER_UPSTREAMS_0_PASSWORD", "s3cret"));
    registry.knowsOnly("ci", "s3cret");
    registry.wantsBasic(true);
    assertThat(fixture.open(registry).manifest("a", "1", ANY).body()).hasSize(2);
    assertThat(Files.readString(seen)).contains("HOME=/home/x").doesNotContain("LARDER_", "s3cret");
  }

  @Test
  void aHelperThatFailedIsLeftAloneForAWhile() throws Exception {
    helper("exit 3");
    registry.wantsTokens(true);
    Upstream upstream = fixture.open(registry);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Unavailable.class);
    }
    assertThat(asked()).hasSize(1);
    later(10);
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Unavailable.class);
    assertThat(asked()).hasSize(2);
  }

  @Test
  void aHelperThatIsNotThereIsTrouble() throws Exception {
    Files.writeString(config, "{\"credsStore\":\"test\"}");
    registry.wantsTokens(true);
    Upstream upstream = fixture.open(registry);
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY))
        .isInstanceOf(Unavailable.class)
        .cause()
        .hasMessage("docker-credential-test is in no folder of PATH");
    Files.createDirectory(folder.resolve("docker-credential-test"));
    later(10);
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY))
        .cause()
        .hasMessage("docker-credential-test is in no folder of PATH");
  }
}
