package larder.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import larder.config.LarderConfig;

/**
 * Says which of the configured addresses cannot be listened on; the web server says neither which
 * nor why.
 */
final class Listening {
  private Listening() {}

  /** One line that names host, port and the keys to change; empty when nothing is in the way. */
  static Optional<String> obstacle(LarderConfig config) {
    return obstacle(config.host(), config.port(), "server")
        .or(() -> obstacle(config.admin().host(), config.admin().port(), "larder.admin"))
        .or(() ->
            config.guarded().flatMap(each -> obstacle(each.host(), each.port(), "larder.guarded")));
  }

  private static Optional<String> obstacle(String host, int port, String section) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          "cannot listen on %s:%d: %s; set %s.host or %s.port, or end what listens there"
              .formatted(host, port, e.getMessage(), section, section));
    }
  }
}
