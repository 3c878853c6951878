package larder.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;

/**
 * Writes to a client in slices, so that one that reads slowly can be told from one that does not.
 */
final class TimedWriter implements DataWriter {
  static final int SLICE = 64 * 1024;

  private final DataWriter writer;
  private final ClientConnection connection;

  TimedWriter(DataWriter writer, ClientConnection connection) {
    this.writer = writer;
    this.connection = connection;
  }

  @Override
  public void write(BufferData buffer) {
    writeNow(buffer);
  }

  @Override
  public void write(BufferData... buffers) {
    writeNow(BufferData.create(buffers));
  }

  @Override
  public void writeNow(BufferData... buffers) {
    writeNow(BufferData.create(buffers));
  }

  @Override
  public void writeNow(BufferData buffer) {
    if (buffer.available() <= SLICE) {
      slice(buffer);
      return;
    }
    byte[] bytes = new byte[SLICE];
    while (!buffer.consumed()) {
      int read = buffer.read(bytes);
      slice(BufferData.create(bytes, 0, read));
    }
  }

  private void slice(BufferData buffer) {
    connection.waitForReader();
    try {
      writer.writeNow(buffer);
    } finally {
      connection.goOn();
    }
  }

  @Override
  public void flush() {
    writer.flush();
  }
}
