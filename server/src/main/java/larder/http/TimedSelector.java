package larder.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Optional;
import java.util.Set;

/** Speaks HTTP/1.1 on connections whose waits end. */
final class TimedSelector implements ServerConnectionSelector {
  private static final int LONGEST_REQUEST_LINE = 8192;
  private static final int LONGEST_HEADERS = 16384;

  private final ServerConnectionSelector http1;
  private final ClientConnections connections;

  TimedSelector(ClientConnections connections) {
    this.connections = connections;
    this.http1 =
        Http1ConnectionSelector.builder()
            .config(
                Http1Config.builder()
                    .maxPrologueLength(LONGEST_REQUEST_LINE)
                    .maxHeadersSize(LONGEST_HEADERS)
                    .validatePath(true)
                    .validatePrologue(true)
                    .validateRequestHeaders(true)
                    .validateResponseHeaders(true)
                    .addReceiveListener(new RequestHeads())
                    .addSendListener(new AnswerHeads())
                    .build())
            .build();
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http1.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http1.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http1.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    Optional<ClientConnection> client = connections.find(context.remotePeer(), context.localPeer());
    if (client.isEmpty()) {
      throw new io.helidon.webserver.CloseConnectionException("the client has left");
    }
    client.get().goOn();
    return new TimedConnection(
        http1.connection(new TimedContext(context, client.get())),
        client.get(),
        context.isSecure(),
        () -> connections.left(context.remotePeer(), context.localPeer()));
  }
}
