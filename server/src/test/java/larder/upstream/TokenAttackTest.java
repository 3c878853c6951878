package larder.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import larder.config.Credentials;
import larder.config.Secret;
import larder.tiering.SourceException;
import larder.tiering.SourceException.Denied;
import larder.tiering.SourceException.Unavailable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Token services that fail, lie, or are after larder's login. */
class TokenAttackTest {
  private static final List<String> ANY = List.of("*/*");

  @TempDir private Path folder;
  private final UpstreamFixture fixture = new UpstreamFixture();
  private TestRegistry registry;
  private TestRegistry other;

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.start();
    other = TestRegistry.start();
    registry.putManifest("a", "1", TestRegistry.OCI_MANIFEST, "{}".getBytes(UTF_8));
    registry.wantsTokens(true);
    registry.knowsOnly("ci", "s3cret");
    fixture.credentials = new Credentials.Password("ci", new Secret("s3cret"));
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
    registry.close();
    other.close();
  }

  private void challenge(String parameters) {
    registry
        .script()
        .always(
            Received::isManifest,
            new Fault.Status(401, "WWW-Authenticate", "Bearer " + parameters));
  }

  private void pull() throws Exception {
    fixture.open(registry).manifest("a", "1", ANY);
  }

  @Test
  void oneThatIsDownIsTroubleAndNoRefusal() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    challenge("realm=\"http://127.0.0.1:" + free + "/token\"");
    assertThatThrownBy(this::pull)
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("127.0.0.1:" + free)
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void oneThatIsSlowIsTroubleAndNoRefusal() {
    fixture.timeouts = UpstreamFixture.timeouts(200, 200, 200);
    registry.script().always(Received::isToken, new Fault.Latency(Duration.ofSeconds(20)));
    assertThatThrownBy(this::pull)
        .isInstanceOfSatisfying(Unavailable.class, e -> assertThat(e.timedOut()).isTrue());
  }

  @Test
  void oneWithAPageIsTroubleAndNoRefusal() {
    registry.script().always(Received::isToken, Fault.page());
    assertThatThrownBy(this::pull)
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("what is no JSON");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void whereItRedirectsToDoesNotSeeTheLogin(int status) {
    registry.script().once(Received::isToken, Fault.redirect(status, other.url() + "/token"));
    other.script().always(r -> true, new Fault.Instead("text/json", "{\"token\":\"theirs\"}"));
    assertThatThrownBy(this::pull).isInstanceOf(Denied.class);
    assertThat(other.received())
        .singleElement()
        .satisfies(r -> assertThat(r.header("Authorization")).isEmpty());
  }

  @Test
  void aTokenForAnotherScopeIsNotAskedForAgainAndAgain() throws Exception {
    registry.takes("wrong", "repository:b:pull");
    registry
        .script()
        .always(Received::isToken, new Fault.Instead("text/json", "{\"token\":\"wrong\"}"));
    Upstream upstream = fixture.open(registry);
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Denied.class);
    assertThat(registry.count(Received::isToken)).isEqualTo(1);
    assertThat(registry.count(Received::isManifest)).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scope=\"a&account=root\" | /token?scope=a%26account%3Droot",
        "scope=\"a#b\" | /token?scope=a%23b",
        "scope=\"a%0d%0aX: y\" | /token?scope=a%250d%250aX:&scope=y",
        "service=\"s&scope=x\" | /token?service=s%26scope%3Dx",
        "service=\"s\\\"?\" | /token?service=s%22%3F",
      })
  void whatAChallengeSaysStaysInItsParameter(String parameters, String target) {
    challenge("realm=\"" + registry.url() + "/token\"," + parameters);
    assertThatThrownBy(this::pull).isInstanceOf(Denied.class);
    assertThat(registry.received(Received::isToken).getFirst().target()).isEqualTo(target);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/token?a=%0d%0aX-Evil:%20y", "/token%0d%0aX-Evil:y", "/token?a b"})
  void aRealmIsOneRequestLine(String path) {
    challenge("realm=\"" + registry.url() + path + "\"");
    assertThatThrownBy(this::pull).isInstanceOf(SourceException.class);
    assertThat(registry.received()).allMatch(r -> r.header("X-Evil").isEmpty());
    assertThat(registry.received().get(1).target())
        .startsWith("/token")
        .doesNotContain(" ")
        .doesNotContain("\r");
  }

  @ParameterizedTest
  @ValueSource(strings = {"c\\r\\nX-Evil", "c\\u0000i", "c\\ni"})
  void aUserNameIsOneHeader(String name) throws Exception {
    Path config = folder.resolve("config.json");
    String host = "127.0.0.1:" + registry.url().getPort();
    Files.writeString(
        config,
        "{\"auths\":{\""
            + host
            + "\":{\"username\":\""
            + name
            + "\",\"password\":\"p\\r\\nX-Evil: y\"}}}");
    fixture.credentials = new Credentials.DockerConfig(config);
    assertThatThrownBy(this::pull).isInstanceOf(Denied.class);
    registry.wantsTokens(false);
    registry.wantsBasic(true);
    assertThatThrownBy(this::pull).isInstanceOf(Denied.class);
    assertThat(registry.received()).allMatch(r -> r.header("X-Evil").isEmpty());
    assertThat(registry.received())
        .anyMatch(r -> r.header("Authorization").orElse("").startsWith("Basic "));
  }
}
