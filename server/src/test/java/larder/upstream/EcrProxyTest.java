package larder.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import larder.config.Credentials;
import larder.config.Proxies;
import larder.config.Secret;
import larder.identity.Identity;
import larder.identity.Login;
import larder.identity.Surroundings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The login that ECR lends, behind a proxy. */
class EcrProxyTest {
  private final Map<String, String> before = new HashMap<>();
  private HttpServer ecr;
  private TestProxy proxy;

  @BeforeEach
  void start() throws Exception {
    ecr = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    ecr.createContext("/", EcrProxyTest::answer);
    ecr.start();
    proxy = TestProxy.start();
    set("aws.accessKeyId", "AKIDEXAMPLE");
    set("aws.secretAccessKey", "s3cret");
    // What the SDK would follow by itself.
    set("http.proxyHost", "127.0.0.1");
    set("http.proxyPort", "1");
  }

  @AfterEach
  void stop() throws Exception {
    ecr.stop(0);
    proxy.close();
    before.forEach((key, value) -> {
      if (value.isEmpty()) {
        System.clearProperty(key);
      } else {
        System.setProperty(key, value);
      }
    });
  }

  private void set(String key, String value) {
    before.putIfAbsent(key, System.getProperty(key, ""));
    System.setProperty(key, value);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] body =
        "{\"authorizationData\":[{\"authorizationToken\":\"QVdTOng=\",\"expiresAt\":4000000000}]}"
            .getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private Identity lent(String host, Map<String, String> environment) throws Exception {
    set("aws.endpointUrlEcr", "http://" + host + ":" + ecr.getAddress().getPort());
    return Login.of(
            new Credentials.Ecr("eu-west-1"),
            URI.create("https://123456789012.dkr.ecr.eu-west-1.amazonaws.com"),
            Proxies.of(environment),
            () -> Instant.parse("2026-01-02T03:04:05Z"),
            Surroundings.of(Map.of()))
        .identity();
  }

  @Test
  void itIsAskedThroughLardersProxyWithTheProxysLogin() throws Exception {
    proxy.knowsOnly("user", "pass");
    Identity identity =
        lent("ecr.example", Map.of("HTTP_PROXY", "http://user:pass@127.0.0.1:" + proxy.port()));
    assertThat(identity).isEqualTo(new Identity.User("AWS", new Secret("x")));
    assertThat(proxy.received().getLast().target()).startsWith("http://ecr.example:");
  }

  @Test
  void whatLarderReachesWithoutAProxyIsAskedAtOnce() throws Exception {
    Identity identity =
        lent(
            "127.0.0.1",
            Map.of("HTTP_PROXY", "http://127.0.0.1:" + proxy.port(), "NO_PROXY", "127.0.0.0/8"));
    assertThat(identity).isEqualTo(new Identity.User("AWS", new Secret("x")));
    assertThat(proxy.received()).isEmpty();
  }
}
