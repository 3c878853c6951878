package larder.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import larder.config.Credentials;
import larder.config.Secret;
import larder.http.LogTrap;
import larder.tiering.SourceException.Denied;
import larder.tiering.SourceException.Unavailable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream that larder has a login at. */
class LoginTest {
  private static final List<String> ANY = List.of("*/*");

  @TempDir private Path folder;
  private final UpstreamFixture fixture = new UpstreamFixture();
  private TestRegistry registry;

  @BeforeEach
  void start() throws Exception {
    registry = registry();
    registry.knowsOnly("ci", "s3cret");
    fixture.credentials = new Credentials.Password("ci", new Secret("s3cret"));
  }

  private static TestRegistry registry() throws Exception {
    TestRegistry started = TestRegistry.start();
    started.putManifest("a", "1", TestRegistry.OCI_MANIFEST, "{}".getBytes(UTF_8));
    started.putManifest("b", "1", TestRegistry.OCI_MANIFEST, "{}".getBytes(UTF_8));
    return started;
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
    registry.close();
  }

  @Test
  void theTokenServiceSeesItAndTheRegistryOnlyTheToken() throws Exception {
    registry.wantsTokens(true);
    Upstream upstream = fixture.open(registry);
    assertThat(upstream.manifest("a", "1", ANY).body()).hasSize(2);
    assertThat(registry.received(Received::isToken))
        .allMatch(r -> r.header("Authorization").orElse("").startsWith("Basic "));
    assertThat(registry.received(Received::isManifest))
        .allMatch(r -> !r.header("Authorization").orElse("Bearer").startsWith("Basic"));
  }

  @Test
  void aRegistryWithoutTokensSeesItOnceItAsked() throws Exception {
    registry.wantsBasic(true);
    Upstream upstream = fixture.open(registry);
    assertThat(upstream.manifest("a", "1", ANY).body()).hasSize(2);
    assertThat(upstream.manifest("b", "1", ANY).body()).hasSize(2);
    assertThat(registry.received(Received::isManifest))
        .extracting(r -> r.header("Authorization").isPresent())
        .containsExactly(false, true, true);
  }

  @Test
  void aRegistryThatAsksForNothingSeesNothing() throws Exception {
    fixture.open(registry).manifest("a", "1", ANY);
    assertThat(registry.received()).allMatch(r -> r.header("Authorization").isEmpty());
  }

  @Test
  void aWrongOneIsDeniedByEither() throws Exception {
    fixture.credentials = new Credentials.Password("ci", new Secret("other"));
    registry.wantsTokens(true);
    assertThatThrownBy(() -> fixture.open(registry).manifest("a", "1", ANY))
        .isInstanceOf(Denied.class)
        .hasMessageNotContaining("other");
    registry.wantsTokens(false);
    registry.wantsBasic(true);
    assertThatThrownBy(() -> fixture.open(registry).manifest("a", "1", ANY))
        .isInstanceOf(Denied.class)
        .hasMessageContaining("401, it refuses larder's login, or that may not see this image");
  }

  @Test
  void mirrorsAndTheirTokenServicesDoNotSeeIt() throws Exception {
    registry.script().always(r -> true, Fault.status(503));
    try (TestRegistry tokens = registry();
        TestRegistry basic = registry()) {
      tokens.wantsTokens(true);
      basic.wantsBasic(true);
      basic.knowsOnly("ci", "s3cret");
      assertThatThrownBy(() -> fixture.open(registry, basic).manifest("a", "1", ANY))
          .isInstanceOf(Unavailable.class);
      assertThat(fixture.open(registry, tokens).manifest("a", "1", ANY).body()).hasSize(2);
      assertThat(basic.received()).isNotEmpty().allMatch(r -> r.header("Authorization").isEmpty());
      assertThat(tokens.received(Received::isToken))
          .isNotEmpty()
          .allMatch(r -> r.header("Authorization").isEmpty());
    }
  }

  @Test
  void whereBlobsAreRedirectedToDoesNotSeeIt() throws Exception {
    registry.wantsBasic(true);
    registry.redirectsBlobs(true);
    var digest = registry.putBlob(new byte[1000]);
    var sources = fixture.open(registry).blob("a", digest);
    assertThat(UpstreamFixture.read(sources.getFirst().open(0))).hasSize(1000);
    assertThat(registry.received(r -> r.port() == registry.cdnPort()))
        .isNotEmpty()
        .allMatch(r -> r.header("Authorization").isEmpty());
  }

  @Test
  void aFileIsReadAnewWhenItHasChanged() throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "s3cret\n");
    fixture.credentials = new Credentials.PasswordFile("ci", file);
    registry.wantsBasic(true);
    Upstream upstream = fixture.open(registry);
    upstream.manifest("a", "1", ANY);

    registry.knowsOnly("ci", "rotated");
    Files.writeString(file, "rotated");
    fixture.now.updateAndGet(now -> now.plus(Duration.ofSeconds(2)));
    assertThat(upstream.manifest("a", "1", ANY).body()).hasSize(2);
  }

  @Test
  void aRotationIsSeenAtOnceWhenTheOldOneIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "s3cret");
    fixture.credentials = new Credentials.PasswordFile("ci", file);
    for (boolean tokens : List.of(false, true)) {
      registry.wantsBasic(!tokens);
      registry.wantsTokens(tokens);
      String next = tokens ? "third" : "second";
      Upstream upstream = fixture.open(registry);
      upstream.manifest("a", "1", ANY);

      registry.knowsOnly("ci", next);
      Files.writeString(file, next);
      registry.revokeTokens();
      assertThat(upstream.manifest("a", "1", ANY).body()).hasSize(2);
    }
  }

  @Test
  void aRefusedOneIsShownOnceMoreOnlyWhenItHasChanged() throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "other");
    fixture.credentials = new Credentials.PasswordFile("ci", file);
    registry.wantsTokens(true);
    Upstream upstream = fixture.open(registry);
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Denied.class);
    assertThat(registry.count(Received::isToken)).isEqualTo(1);
  }

  @Test
  void aFileLosesItsEndOfLineAndNothingElse() throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "s3cret \r\n");
    fixture.credentials = new Credentials.PasswordFile("ci", file);
    registry.knowsOnly("ci", "s3cret ");
    registry.wantsBasic(true);
    assertThat(fixture.open(registry).manifest("a", "1", ANY).body()).hasSize(2);
  }

  @Test
  void aFileThatIsGoneOrEmptyIsTroubleAndNoRefusal() throws Exception {
    Path file = folder.resolve("password");
    fixture.credentials = new Credentials.PasswordFile("ci", file);
    registry.wantsTokens(true);
    Upstream upstream = fixture.open(registry);
    try (LogTrap log = LogTrap.set()) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> upstream.manifest("a", "1", ANY))
            .isInstanceOf(Unavailable.class)
            .hasMessage("larder cannot read its login for test.example; its log says why");
      }
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .startsWith(
              "larder cannot read its login for test.example, which is by its key password-file: ")
          .contains(file.toString());
      Files.writeString(file, "\n");
      assertThatThrownBy(() -> upstream.manifest("a", "1", ANY))
          .isInstanceOf(Unavailable.class)
          .hasMessageNotContaining(file.toString());
      assertThat(log.warnings()).hasSize(2).last().asString().endsWith(file + " is empty");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRefusedOneIsLoggedOnceUntilItWasTaken(boolean tokens) throws Exception {
    registry.wantsTokens(tokens);
    registry.wantsBasic(!tokens);
    registry.knowsOnly("ci", "other");
    Upstream upstream = fixture.open(registry);
    String warning =
        "upstream test.example refuses larder's login, which is by its key password: 127.0.0.1:%d does not take it"
            .formatted(registry.url().getPort());
    try (LogTrap log = LogTrap.set()) {
      for (String repository : List.of("a", "b", "a")) {
        assertThatThrownBy(() -> upstream.manifest(repository, "1", ANY))
            .isInstanceOf(Denied.class);
      }
      assertThat(log.warnings()).containsExactly(warning);

      registry.knowsOnly("ci", "s3cret");
      upstream.manifest("a", "1", ANY);
      registry.knowsOnly("ci", "other");
      registry.revokeTokens();
      assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Denied.class);
      assertThat(log.warnings()).as("so soon after").hasSize(1);
      fixture.now.updateAndGet(now -> now.plus(Duration.ofMinutes(10)));
      assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Denied.class);
      assertThat(log.warnings()).containsExactly(warning, warning);
    }
  }

  @Test
  void anImageThatTheLoginMayNotSeeIsNoRefusalOfIt() throws Exception {
    registry.wantsBasic(true);
    Upstream upstream = fixture.open(registry);
    upstream.manifest("a", "1", ANY);
    registry.script().once(Received::isManifest, Fault.status(403));
    try (LogTrap log = LogTrap.set()) {
      assertThatThrownBy(() -> upstream.manifest("b", "1", ANY)).isInstanceOf(Denied.class);
      assertThat(log.warnings()).isEmpty();
    }
  }

  @Test
  void whoeverIsNobodyIsNotRefusedALogin() throws Exception {
    fixture.credentials = new Credentials.Anonymous();
    registry.wantsTokens(true);
    try (LogTrap log = LogTrap.set()) {
      assertThatThrownBy(() -> fixture.open(registry).manifest("a", "1", ANY))
          .isInstanceOf(Denied.class);
      assertThat(log.warnings()).isEmpty();
    }
  }

  @Test
  void aRefusalKeepsNoConnectionWhenTheLoginFailsMeanwhile() throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "s3cret");
    fixture.credentials = new Credentials.PasswordFile("ci", file);
    fixture.connections = 2;
    registry.wantsBasic(true);
    Upstream upstream = fixture.open(registry);
    upstream.manifest("a", "1", ANY);

    registry.script().times(3, Received::isManifest, Fault.status(403));
    Files.delete(file);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> upstream.manifest("a", "1", ANY))
          .isInstanceOfSatisfying(
              Unavailable.class,
              e -> assertThat(e.getCause()).isNotInstanceOf(BusyException.class));
    }
    assertThat(registry.openConnections()).isEqualTo(1);
  }

  @Test
  void whatHoldsItDoesNotTellIt() {
    assertThat(fixture.credentials.toString()).doesNotContain("s3cret");
    var ask =
        Ask.of("/v2/", "GET", registry.url(), larder.tiering.Event.Cause.PROBE)
            .authorized(java.util.Optional.of("Basic c2VjcmV0"));
    assertThat(ask.toString()).doesNotContain("c2VjcmV0");
  }
}
