package larder.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.OptionalLong;
import larder.tiering.KernelTarget;

/** A body straight to the client's socket. */
final class SocketBody extends BodyChannel implements KernelTarget {
  private final ClientConnection connection;

  SocketBody(OptionalLong promised, ClientConnection connection) {
    super(promised);
    this.connection = connection;
  }

  @Override
  public SocketChannel socket() {
    return connection.socket();
  }

  @Override
  public void sent(long bytes) {
    count(bytes);
  }

  @Override
  int send(ByteBuffer source) throws IOException {
    connection.waitForReader();
    try {
      return connection.socket().write(source);
    } finally {
      connection.goOn();
    }
  }

  @Override
  public boolean isOpen() {
    return connection.socket().isOpen();
  }
}
