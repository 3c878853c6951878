package larder.server;

import io.helidon.config.Config;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import larder.config.GuardedConfig;
import larder.config.LarderConfig;
import larder.guarded.Guard;
import larder.guarded.ListenerTls;
import larder.http.Limits;
import larder.http.Listeners;
import larder.registry.MalformedRequests;
import larder.registry.Registry;

/** What listens to clients: the open listener and, where there is one, the guarded one. */
final class ClientListeners {
  /** The guarded listener's name in the server. */
  static final String GUARDED = "guarded";

  private final LarderConfig config;
  private final Listeners listeners;
  private final Registry registry;
  private final InstantSource clock;

  ClientListeners(
      LarderConfig config, Listeners listeners, Registry registry, InstantSource clock) {
    this.config = config;
    this.listeners = listeners;
    this.registry = registry;
    this.clock = clock;
  }

  /** How many listeners share what there is of descriptors. */
  static int count(LarderConfig config) {
    return config.guarded().isPresent() ? 2 : 1;
  }

  /** Whether any client comes by TLS. */
  static boolean encrypted(LarderConfig config) {
    return config.server().get("tls").exists()
        || config.guarded().flatMap(GuardedConfig::tls).isPresent();
  }

  /**
   * @param guard of the guarded listener, where one is configured
   * @throws IOException when a port cannot be listened on
   */
  WebServer start(Optional<Guard> guard) throws IOException {
    WebServerConfig.Builder server =
        listeners
            .main(config.server(), Limits.DEFAULT)
            .shutdownGracePeriod(config.drain())
            .directHandlers(MalformedRequests.handlers())
            .addRouting(HttpRouting.builder().any(registry.open()));
    if (config.guarded().isPresent()) {
      server.putSocket(GUARDED, guarded(config.guarded().get(), guard.orElseThrow()));
    }
    return Listeners.start(server);
  }

  private ListenerConfig guarded(GuardedConfig listener, Guard guard) throws IOException {
    ListenerConfig.Builder socket =
        listeners
            .other(Config.empty(), Limits.DEFAULT)
            .name(GUARDED)
            .host(listener.host())
            .port(listener.port())
            .shutdownGracePeriod(config.drain())
            .directHandlers(MalformedRequests.handlers())
            .addRouting(HttpRouting.builder().any(registry.guarded(guard)));
    if (listener.tls().isPresent()) {
      socket.tls(ListenerTls.open(listener.tls().get(), clock));
    }
    return socket.build();
  }
}
