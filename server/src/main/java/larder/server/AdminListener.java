package larder.server;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import larder.config.LarderConfig;
import larder.http.Limits;
import larder.http.Listeners;
import larder.metrics.Meters;

/** The operators' listener: metrics, health, and what changes the state of a running larder. */
final class AdminListener {
  /** Connections to the port of metrics and health, so that clients' descriptors are theirs. */
  private static final int MOST_OPERATORS = 32;

  private AdminListener() {}

  /** Starts it. */
  static WebServer start(
      LarderConfig config, Listeners listeners, Health health, Meters meters, PurgeHandler purge)
      throws IOException {
    return Listeners.start(
        listeners
            .main(io.helidon.config.Config.empty(), Limits.DEFAULT)
            .host(config.admin().host())
            .port(config.admin().port())
            .maxTcpConnections(MOST_OPERATORS)
            .addRouting(
                HttpRouting.builder()
                    .register("/health", health)
                    .get("/metrics", (request, response) -> scrape(meters, response))
                    .post("/purge", purge)));
  }

  /** As this machine reaches it. */
  static URI url(String host, int port) throws IOException {
    InetAddress address = InetAddress.getByName(host);
    InetAddress near = address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
    String text =
        near instanceof Inet6Address ? "[" + near.getHostAddress() + "]" : near.getHostAddress();
    return URI.create("http://" + text + ":" + port);
  }

  private static void scrape(Meters meters, ServerResponse response) {
    response.header(HeaderNames.CONTENT_TYPE, Meters.CONTENT_TYPE);
    response.send(meters.scrape().getBytes(StandardCharsets.UTF_8));
  }
}
