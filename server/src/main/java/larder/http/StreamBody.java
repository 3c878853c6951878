package larder.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** A body through the framework's stream, which encrypts it or cuts it into chunks. */
final class StreamBody extends BodyChannel {
  private final OutputStream stream;
  private final byte[] slice = new byte[TimedWriter.SLICE];

  StreamBody(OptionalLong promised, OutputStream stream) {
    super(promised);
    this.stream = stream;
  }

  @Override
  int send(ByteBuffer source) throws IOException {
    int length = Math.min(source.remaining(), slice.length);
    source.get(slice, 0, length);
    stream.write(slice, 0, length);
    stream.flush();
    return length;
  }

  @Override
  public boolean isOpen() {
    return true;
  }
}
