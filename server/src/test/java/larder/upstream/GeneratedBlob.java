package larder.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import larder.tiering.Digest;

/**
 * A blob of any size that needs no memory: each of its bytes follows from the seed and its
 * position.
 */
public final class GeneratedBlob {
  private static final int PIECE = 64 * 1024;

  private final long seed;
  private final long size;
  private final Digest digest;

  /**
   * @param size in bytes
   */
  public GeneratedBlob(long seed, long size) {
    this.seed = seed;
    this.size = size;
    this.digest = hash();
  }

  public Digest digest() {
    return digest;
  }

  public long size() {
    return size;
  }

  /** Its bytes from an offset to the end. */
  public InputStream from(long offset) {
    return new Bytes(offset);
  }

  private Digest hash() {
    Digest any = Digest.of(Digest.Algorithm.SHA256, new byte[0]);
    MessageDigest hasher = any.hasher();
    byte[] buffer = new byte[PIECE];
    for (long at = 0; at < size; at += PIECE) {
      fill(buffer, at);
      hasher.update(buffer, 0, (int) Math.min(PIECE, size - at));
    }
    return Digest.ofHash(Digest.Algorithm.SHA256, hasher.digest());
  }

  /** Fills the buffer with the bytes from {@code at}, a multiple of eight. */
  private void fill(byte[] buffer, long at) {
    ByteBuffer out = ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN);
    for (long word = at / 8; out.hasRemaining(); word++) {
      out.putLong(mix(seed + word * 0x9E3779B97F4A7C15L));
    }
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long x) {
    long z = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private final class Bytes extends InputStream {
    private final byte[] piece = new byte[PIECE];
    private long pieceAt = -1;
    private long at;

    Bytes(long offset) {
      this.at = offset;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      if (at >= size) {
        return -1;
      }
      long wanted = at - at % PIECE;
      if (pieceAt != wanted) {
        fill(piece, wanted);
        pieceAt = wanted;
      }
      int from = (int) (at - pieceAt);
      int n = (int) Math.min(Math.min(length, PIECE - from), size - at);
      System.arraycopy(piece, from, buffer, offset, n);
      at += n;
      return n;
    }
  }
}
