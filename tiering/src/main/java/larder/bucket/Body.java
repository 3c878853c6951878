package larder.bucket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import larder.tiering.Digest;

/** What is written to an object; it may be read several times, and at several places at once. */
public interface Body {
  /** Of bytes that nothing more is said of. */
  String OCTETS = "application/octet-stream";

  /** In bytes. */
  long size();

  /** For those who look at the object by other tools; larder does not. */
  String contentType();

  /**
   * Its SHA-256 digest where that is known, so that a store may refuse what it did not get right.
   */
  Optional<Digest> sha256();

  /**
   * Reads at least one byte, or none at the end.
   *
   * @param position of the first byte wanted
   * @return how many were read; -1 at the end
   */
  int read(ByteBuffer into, long position) throws IOException;

  /** Where bytes are read from. */
  interface Bytes {
    /**
     * @return how many were read; -1 at the end
     */
    int read(ByteBuffer into, long position) throws IOException;
  }

  /**
   * Bytes that a digest names, wherever they are.
   *
   * @param size in bytes
   */
  static Body of(Digest digest, long size, Bytes bytes) {
    return new Body() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public String contentType() {
        return OCTETS;
      }

      @Override
      public Optional<Digest> sha256() {
        return Optional.of(digest).filter(each -> each.algorithm() == Digest.Algorithm.SHA256);
      }

      @Override
      public int read(ByteBuffer into, long position) throws IOException {
        return bytes.read(into, position);
      }
    };
  }

  /** Bytes in memory. */
  static Body of(byte[] bytes, String contentType) {
    return new Body() {
      @Override
      public String contentType() {
        return contentType;
      }

      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public Optional<Digest> sha256() {
        return Optional.of(Digest.of(Digest.Algorithm.SHA256, bytes));
      }

      @Override
      public int read(ByteBuffer into, long position) {
        int left = bytes.length - Math.toIntExact(position);
        if (left <= 0) {
          return -1;
        }
        int read = Math.min(left, into.remaining());
        into.put(bytes, (int) position, read);
        return read;
      }
    };
  }

  /** Bytes in memory that nothing more is said of. */
  static Body of(byte[] bytes) {
    return of(bytes, OCTETS);
  }
}
