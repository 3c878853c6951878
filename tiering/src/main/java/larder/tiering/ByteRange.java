package larder.tiering;

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
}
