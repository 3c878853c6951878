package larder.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;

/** Counts a body on its way to the client, and holds it to its promised length. */
abstract sealed class BodyChannel implements WritableByteChannel permits SocketBody, StreamBody {
  private final long promised;
  private final boolean exact;
  private long bytes;

  BodyChannel(OptionalLong promised) {
    this.exact = promised.isPresent();
    this.promised = promised.orElse(Long.MAX_VALUE);
  }

  long bytes() {
    return bytes;
  }

  boolean whole() {
    return !exact || bytes == promised;
  }

  void count(long more) {
    bytes += more;
  }

  @Override
  public final int write(ByteBuffer source) throws IOException {
    if (source.remaining() > promised - bytes) {
      throw new IOException("a body of " + promised + " bytes goes on after its end");
    }
    int written = send(source);
    count(written);
    return written;
  }

  abstract int send(ByteBuffer source) throws IOException;

  /** Does nothing: the connection outlives the body. */
  @Override
  public final void close() {}
}
