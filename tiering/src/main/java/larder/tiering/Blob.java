package larder.tiering;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;

/**
 * An open blob. It is pinned: it stays readable until closed, even when its tier evicts it
 * meanwhile.
 */
public interface Blob extends Closeable {

  /** In bytes; empty while upstream has not said, in which case a reader goes on until the end. */
  OptionalLong size();

  /** Where the bytes come from. */
  Origin origin();

  /**
   * Writes a range of the blob, waiting for bytes that have yet to arrive. Bytes of a file leave
   * through the kernel when {@code to} is a socket channel.
   *
   * @param range within the blob; its length may be {@link Long#MAX_VALUE} minus its offset when
   *     the size is unknown
   * @return how many bytes were written: fewer than asked only at the end of a blob of unknown size
   * @throws CorruptBlobException when the bytes turned out not to be the ones named
   * @throws IOException when the bytes cannot be had, or {@code to} does not take them
   */
  long transferTo(ByteRange range, WritableByteChannel to) throws IOException;
}
