package larder.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** A connection of the framework whose reads and writes are waits that end. */
final class TimedContext implements ConnectionContext {
  private final ConnectionContext context;
  private final ClientConnection connection;
  private final DataReader reader;
  private final DataWriter writer;

  TimedContext(ConnectionContext context, ClientConnection connection) {
    this.context = context;
    this.connection = connection;
    this.reader = DataReader.create(this::receive);
    this.writer = new TimedWriter(context.dataWriter(), connection);
  }

  ClientConnection connection() {
    return connection;
  }

  /*
   * Throws at the end rather than return null, which the framework takes for a fault of its own in the middle of
   * headers, with a warning.
   */
  private byte[] receive() {
    if (!connection.waitForBytes(reader.available() > 0)) {
      throw new CloseConnectionException("no more is read from the client");
    }
    DataReader source = context.dataReader();
    try {
      source.ensureAvailable();
    } catch (DataReader.InsufficientDataAvailableException e) {
      connection.ended();
      throw new CloseConnectionException("the client sends no more", e);
    }
    byte[] bytes = source.readBytes(source.available());
    connection.received(bytes.length);
    return bytes;
  }

  @Override
  public DataReader dataReader() {
    return reader;
  }

  @Override
  public DataWriter dataWriter() {
    return writer;
  }

  @Override
  public ListenerContext listenerContext() {
    return context.listenerContext();
  }

  @Override
  public ExecutorService executor() {
    return context.executor();
  }

  @Override
  public Router router() {
    return context.router();
  }

  @Override
  public Optional<ProxyProtocolData> proxyProtocolData() {
    return context.proxyProtocolData();
  }

  @Override
  public HelidonSocket serverSocket() {
    return context.serverSocket();
  }

  @Override
  public PeerInfo remotePeer() {
    return context.remotePeer();
  }

  @Override
  public PeerInfo localPeer() {
    return context.localPeer();
  }

  @Override
  public boolean isSecure() {
    return context.isSecure();
  }

  @Override
  public String socketId() {
    return context.socketId();
  }

  @Override
  public String childSocketId() {
    return context.childSocketId();
  }
}
