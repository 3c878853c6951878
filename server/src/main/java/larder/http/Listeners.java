package larder.http;

import io.helidon.common.socket.SocketOptions;
import io.helidon.config.Config;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Prepares listeners for clients that are slow, gone, careless or hostile. They speak HTTP/1.1
 * only, plain or over TLS.
 */
public final class Listeners implements AutoCloseable {
  private static final int WRITE_BUFFER = 64 * 1024;
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final int connections;
  private final ConcurrentLinkedQueue<ClientConnections> watched = new ConcurrentLinkedQueue<>();

  /**
   * @param connections how many may be open at once on each listener that does not say otherwise
   */
  public Listeners(int connections) {
    this.connections = connections;
  }

  /**
   * The main listener, to be given its routing.
   *
   * @param server the framework's own keys, such as {@code host}, {@code port} and {@code tls}
   */
  public WebServerConfig.Builder main(Config server, Limits limits) {
    WebServerConfig.Builder builder = WebServer.builder().shutdownHook(false);
    prepare(builder);
    builder.config(server);
    bound(builder, limits);
    return builder;
  }

  /**
   * Starts a server.
   *
   * @throws IOException when it cannot listen; the framework says so by not running
   */
  public static WebServer start(WebServerConfig.Builder prepared) throws IOException {
    WebServer server = prepared.build().start();
    if (!server.isRunning()) {
      server.stop();
      throw new IOException(
          "cannot listen on %s:%d or another port: another process does, or the address is not this machine's"
              .formatted(prepared.host(), prepared.port()));
    }
    return server;
  }

  /** Another listener of the same server, to be given its routing. */
  public ListenerConfig.Builder other(Config socket, Limits limits) {
    ListenerConfig.Builder builder = ListenerConfig.builder();
    prepare(builder);
    builder.config(socket);
    bound(builder, limits);
    return builder;
  }

  private void prepare(ListenerConfig.BuilderBase<?, ?> builder) {
    /*
     * At the bound the framework stops accepting: further clients wait in the kernel's backlog, unanswered, until a
     * connection ends. Without the bound, accept() fails for want of a descriptor and the listener ends for good.
     */
    builder
        .maxTcpConnections(connections)
        .shutdownGracePeriod(GRACE)
        .writeBufferSize(WRITE_BUFFER)
        .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build());
  }

  private void bound(ListenerConfig.BuilderBase<?, ?> builder, Limits limits) {
    ClientConnections watch = ClientConnections.open(limits);
    watched.add(watch);
    SocketOptions options = builder.connectionOptions().orElseGet(SocketOptions::create);
    builder
        .useNio(false)
        .writeQueueLength(0)
        .connectionOptions(new AcceptedSockets(options, watch))
        .protocolsDiscoverServices(false)
        .protocols(List.of())
        .connectionSelectors(List.of(new TimedSelector(watch)))
        .contentEncoding(
            ContentEncodingContext.builder().contentEncodingsDiscoverServices(false).build());
  }

  /** Stops watching; to be called when the listeners have ended. */
  @Override
  public void close() {
    watched.forEach(ClientConnections::close);
  }
}
