package larder.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import larder.config.Credentials;
import larder.config.Proxies;
import larder.config.Secret;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The login that Google Cloud lends, against a metadata service on loopback. */
class GcpTokenTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private volatile Instant now = START;
  private volatile String body = "{\"access_token\":\"first\",\"expires_in\":3600}";
  private volatile int status = 200;
  private volatile String flavor = "Google";
  private HttpServer metadata;
  private Login login;

  @BeforeEach
  void start() throws Exception {
    metadata = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    metadata.createContext("/", this::answer);
    metadata.start();
    String host = "127.0.0.1:" + metadata.getAddress().getPort();
    login =
        Login.of(
            new Credentials.Gcp(host),
            URI.create("https://europe-docker.pkg.dev"),
            Proxies.NONE,
            () -> now,
            Surroundings.of(Map.of()));
  }

  @AfterEach
  void stop() {
    metadata.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(
        exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Metadata-Flavor"));
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Metadata-Flavor", flavor);
    exchange.getResponseHeaders().set("Location", "/elsewhere");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static Identity user(String token) {
    return new Identity.User("oauth2accesstoken", new Secret(token));
  }

  @Test
  void itIsKeptForMostOfItsLife() throws Exception {
    assertThat(login.identity()).isEqualTo(user("first"));
    body = "{\"access_token\":\"second\",\"expires_in\":3600}";
    now = START.plusSeconds(2_879);
    assertThat(login.identity()).isEqualTo(user("first"));
    assertThat(asked)
        .containsExactly("/computeMetadata/v1/instance/service-accounts/default/token Google");
    now = START.plusSeconds(2_880);
    assertThat(login.identity()).isEqualTo(user("second"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "s3cret", "[]", "{}", "{\"access_token\":\"\"}", "{\"access_token\":{}}"})
  void nonsenseIsTrouble(String answer) {
    body = answer;
    assertThatThrownBy(login::identity)
        .isInstanceOf(LoginException.class)
        .hasMessageStartingWith("the token of the metadata service at 127.0.0.1:")
        .hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 301, 403, 404, 500})
  void anotherStatusIsTrouble(int other) {
    status = other;
    body = "";
    assertThatThrownBy(login::identity)
        .isInstanceOf(LoginException.class)
        .hasMessageEndingWith("answered " + other);
    assertThat(asked).hasSize(1);
  }

  @Test
  void aServiceThatIsNotGooglesIsNotBelieved() {
    flavor = "Other";
    assertThatThrownBy(login::identity)
        .isInstanceOf(LoginException.class)
        .hasMessageEndingWith("does not say that it is Google's");
  }

  @Test
  void anEndlessAnswerIsCutOff() {
    body = " ".repeat(65 * 1024) + "{\"access_token\":\"x\"}";
    assertThatThrownBy(login::identity)
        .isInstanceOf(LoginException.class)
        .hasMessageContaining("cannot be asked");
  }

  @Test
  void aServiceThatIsGoneIsTrouble() {
    metadata.stop(0);
    assertThatThrownBy(login::identity)
        .isInstanceOf(LoginException.class)
        .hasMessageContaining("cannot be asked");
  }
}
