package larder.tiering;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;

/**
 * A blob whose bytes arrive or are checked while it is read: it waits for {@link Progress} and
 * sends what may be shown.
 */
final class FollowedBlob implements Blob {
  private final Progress progress;
  private final Origin origin;
  private final Bytes bytes;
  private final Remainder remainder;
  private final Closeable release;
  private boolean closed;

  /** Where the bytes that are there can be sent from. */
  interface Bytes extends Closeable {
    void send(long position, long length, WritableByteChannel to) throws IOException;
  }

  /** Goes on where a detached fill has left its readers. */
  interface Remainder {
    /**
     * @param position of the first byte that the reader has not got
     * @return how many bytes were sent
     */
    long transferTo(
        Progress.State.Detached from,
        long position,
        ByteRange range,
        Bytes held,
        WritableByteChannel to)
        throws IOException;
  }

  FollowedBlob(
      Progress progress, Origin origin, Bytes bytes, Remainder remainder, Closeable release) {
    this.progress = progress;
    this.origin = origin;
    this.bytes = bytes;
    this.remainder = remainder;
    this.release = release;
  }

  @Override
  public OptionalLong size() {
    return progress.size();
  }

  @Override
  public Origin origin() {
    return origin;
  }

  @Override
  public long transferTo(ByteRange range, WritableByteChannel to) throws IOException {
    boolean whole = range.offset() == 0 && range.length() >= size().orElse(0);
    long position = range.offset();
    while (position < range.end()) {
      long until = Math.min(progress.await(position, whole), range.end());
      if (until > position) {
        bytes.send(position, until - position, to);
        position = until;
      } else if (progress.state() instanceof Progress.State.Detached detached) {
        return position
            - range.offset()
            + remainder.transferTo(detached, position, range, bytes, to);
      } else {
        break;
      }
    }
    return position - range.offset();
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try (release) {
        bytes.close();
      }
    }
  }
}
