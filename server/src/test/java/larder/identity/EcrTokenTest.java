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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import larder.config.Credentials;
import larder.config.Proxies;
import larder.config.Secret;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The login that ECR lends, against an endpoint on loopback that speaks its protocol. */
class EcrTokenTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private final Map<String, String> before = new ConcurrentHashMap<>();
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private volatile Instant now = START;
  private volatile String password = "first";
  private volatile String refusal = "";
  private volatile String instead = "";
  private HttpServer ecr;
  private Login login;

  @BeforeEach
  void start() throws Exception {
    ecr = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    ecr.createContext("/", this::answer);
    ecr.start();
    set("aws.endpointUrlEcr", "http://127.0.0.1:" + ecr.getAddress().getPort());
    set("aws.accessKeyId", "AKIDEXAMPLE");
    set("aws.secretAccessKey", "s3cret");
    login =
        Login.of(
            new Credentials.Ecr("eu-west-1"),
            URI.create("https://123456789012.dkr.ecr.eu-west-1.amazonaws.com"),
            Proxies.NONE,
            () -> now,
            Surroundings.of(Map.of()));
  }

  @AfterEach
  void stop() {
    ecr.stop(0);
    before.forEach((key, value) -> {
      if (value.isEmpty()) {
        System.clearProperty(key);
      } else {
        System.setProperty(key, value);
      }
    });
  }

  private void set(String key, String value) {
    before.put(key, System.getProperty(key, ""));
    System.setProperty(key, value);
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(
        exchange.getRequestHeaders().getFirst("X-Amz-Target")
            + " "
            + exchange.getRequestHeaders().getFirst("Authorization"));
    exchange.getRequestBody().readAllBytes();
    String token = Base64.getEncoder().encodeToString(("AWS:" + password).getBytes(UTF_8));
    String good =
        "{\"authorizationData\":[{\"authorizationToken\":\"%s\",\"expiresAt\":%d,\"proxyEndpoint\":\"https://x\"}]}"
            .formatted(token, now.plusSeconds(43_200).getEpochSecond());
    String bad = "{\"__type\":\"" + refusal + "\",\"message\":\"User: arn:aws:iam::1:x may not\"}";
    byte[] body = (!instead.isEmpty() ? instead : refusal.isEmpty() ? good : bad).getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
    exchange.sendResponseHeaders(refusal.isEmpty() ? 200 : 400, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static Identity aws(String password) {
    return new Identity.User("AWS", new Secret(password));
  }

  @Test
  void itIsAskedForBySignedRequestAndKeptForHalfItsLife() throws Exception {
    assertThat(login.identity()).isEqualTo(aws("first"));
    password = "second";
    now = START.plusSeconds(21_599);
    assertThat(login.identity()).isEqualTo(aws("first"));
    assertThat(asked)
        .singleElement()
        .asString()
        .startsWith(
            "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
        .contains("/eu-west-1/ecr/");
    now = START.plusSeconds(21_600);
    assertThat(login.identity()).isEqualTo(aws("second"));
  }

  @Test
  void aRefusedOneIsGotAnewOnce() throws Exception {
    login.identity();
    password = "second";
    now = START.plusSeconds(60);
    assertThat(login.renew(aws("first"))).isTrue();
    assertThat(login.identity()).isEqualTo(aws("second"));
    assertThat(login.renew(aws("second"))).isFalse();
    assertThat(asked).hasSize(2);
  }

  @Test
  void whileItIsGoodARefusalToRenewItIsNoTrouble() throws Exception {
    login.identity();
    refusal = "AccessDeniedException";
    now = START.plusSeconds(43_199);
    assertThat(login.identity()).isEqualTo(aws("first"));
    now = START.plusSeconds(43_210);
    assertThatThrownBy(login::identity)
        .isInstanceOf(LoginException.class)
        .hasMessage("the token of ECR in eu-west-1: refused with AccessDeniedException, 400");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"authorizationData\":[]}",
        "{\"authorizationData\":[{\"expiresAt\":1}]}",
        "{\"authorizationData\":[{\"authorizationToken\":\"czNjcmV0\",\"expiresAt\":1}]}",
        "{\"authorizationData\":[{\"authorizationToken\":\"!\",\"expiresAt\":1}]}",
        "{}",
        "<html>s3cret</html>",
      })
  void nonsenseIsTrouble(String answer) {
    instead = answer;
    assertThatThrownBy(login::identity)
        .isInstanceOf(LoginException.class)
        .hasMessageStartingWith("the token of ECR in eu-west-1: ")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void anEndpointThatIsGoneIsTrouble() {
    ecr.stop(0);
    assertThatThrownBy(login::identity)
        .isInstanceOf(LoginException.class)
        .hasMessageContaining("cannot be asked: SdkClientException");
  }

  @Test
  void aClockThatIsWrongDoesNotMakeEachRequestAsk() throws Exception {
    instead = "{\"authorizationData\":[{\"authorizationToken\":\"QVdTOng=\",\"expiresAt\":1}]}";
    for (int i = 0; i < 3; i++) {
      assertThat(login.identity()).isEqualTo(aws("x"));
    }
    assertThat(asked).hasSize(1);
    assertThat(List.copyOf(asked)).allMatch(each -> !each.contains("s3cret"));
  }
}
