package larder.http;

import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/** A real server on a free port, with the guards that production has. */
final class TestServer implements AutoCloseable {
  /** Waits that no test runs into unless it shortens them. */
  static final Limits PATIENT =
      new Limits(
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofSeconds(2),
          0);

  private final Listeners listeners = new Listeners(64);
  private final WebServer server;

  private TestServer(
      Map<String, String> keys, Limits limits, Consumer<HttpRouting.Builder> routing) {
    Config config = Config.just(ConfigSources.create(keys));
    WebServerConfig.Builder builder =
        listeners.main(config, limits).host("127.0.0.1").port(0).routing(routing);
    server = builder.build().start();
  }

  static TestServer start(Consumer<HttpRouting.Builder> routing) {
    return start(PATIENT, routing);
  }

  static TestServer start(Limits limits, Consumer<HttpRouting.Builder> routing) {
    return new TestServer(Map.of(), limits, routing);
  }

  static TestServer start(Map<String, String> keys, Consumer<HttpRouting.Builder> routing) {
    return start(keys, PATIENT, routing);
  }

  static TestServer start(
      Map<String, String> keys, Limits limits, Consumer<HttpRouting.Builder> routing) {
    return new TestServer(keys, limits, routing);
  }

  RawClient connect() throws java.io.IOException {
    return RawClient.to(port());
  }

  int port() {
    return server.port();
  }

  WebServer server() {
    return server;
  }

  @Override
  public void close() {
    server.stop();
    listeners.close();
  }
}
