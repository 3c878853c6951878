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
  private final BlobKey key;
  private final Progress progress;
  private final OptionalLong size;
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
     * @param length how many bytes it wants from there, at most
     * @param whole whether these end a whole body
     * @return how many bytes were sent
     */
    long transferTo(
        Progress.State.Detached from,
        long position,
        long length,
        boolean whole,
        Bytes held,
        WritableByteChannel to)
        throws IOException;
  }

  FollowedBlob(
      BlobKey key,
      Progress progress,
      Origin origin,
      Bytes bytes,
      Remainder remainder,
      Closeable release) {
    this.key = key;
    this.progress = progress;
    this.size = progress.size();
    this.origin = origin;
    this.bytes = bytes;
    this.remainder = remainder;
    this.release = release;
  }

  @Override
  public OptionalLong size() {
    return size;
  }

  @Override
  public Origin origin() {
    return origin;
  }

  @Override
  public long transferTo(ByteRange range, WritableByteChannel to) throws IOException {
    range.checkWithin(size, key);
    boolean whole = range.wholeOf(size);
    long position = range.offset();
    while (position < range.end()) {
      long until = Math.min(progress.await(position, whole), range.end());
      if (until > position) {
        bytes.send(position, until - position, to);
        position = until;
      } else if (progress.state() instanceof Progress.State.Detached detached) {
        return position
            - range.offset()
            + remainder.transferTo(detached, position, range.end() - position, whole, bytes, to);
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
