package larder.tiering;

import java.io.EOFException;
import java.util.OptionalLong;

/**
 * A span of bytes inside a blob.
 *
 * @param offset of the first byte, from 0
 * @param length in bytes, from 0
 */
public record ByteRange(long offset, long length) {

  /**
   * @throws IllegalArgumentException when either is negative or the end overflows
   */
  public ByteRange {
    if (offset < 0 || length < 0 || offset + length < 0) {
      throw new IllegalArgumentException("not a byte range: " + offset + "+" + length);
    }
  }

  /** Every byte of a blob of this size; {@link Long#MAX_VALUE} where the size is unknown. */
  public static ByteRange all(long size) {
    return new ByteRange(0, size);
  }

  /** The offset after the last byte. */
  public long end() {
    return offset + length;
  }

  /**
   * Whether a body of this range may be the whole blob: it is when it has every byte, and may be
   * when the size is unknown.
   */
  boolean wholeOf(OptionalLong size) {
    return offset == 0 && length >= size.orElse(0);
  }

  /**
   * @throws EOFException when the blob is known to end before this range does
   */
  void checkWithin(OptionalLong size, BlobKey key) throws EOFException {
    if (size.isPresent() && end() > size.getAsLong()) {
      throw new EOFException(
          key + " ends at byte " + size.getAsLong() + ", bytes up to " + end() + " were asked for");
    }
  }
}
