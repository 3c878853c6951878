package larder.tiering;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;

/**
 * The rest of a whole body that goes to one reader as it comes: its end is held back until the
 * digest is right.
 */
final class WholeBody {
  private static final int PIECE = 128 * 1024;

  private final BlobKey key;
  private final MessageDigest hash;
  private final byte[] buffer = new byte[Progress.TAIL + PIECE];
  private int held;

  /**
   * @param hash over all bytes before the ones that the download will give
   * @param held bytes that are in the hash but have not been sent; at most the tail
   */
  WholeBody(BlobKey key, MessageDigest hash, byte[] held) {
    this.key = key;
    this.hash = hash;
    System.arraycopy(held, 0, buffer, 0, held.length);
    this.held = held.length;
  }

  /**
   * @param length how many bytes to send at most; a body that goes on beyond its tail after them is
   *     not sent whole, and is left there
   * @return how many were sent
   */
  long copy(Download from, long length, WritableByteChannel to) throws IOException {
    long sent = 0;
    for (int read; (read = from.read(buffer, held, PIECE)) > 0; ) {
      hash.update(buffer, held, read);
      held += read;
      if (held > Progress.TAIL) {
        int free = (int) Math.min(held - Progress.TAIL, length - sent);
        PassThrough.write(buffer, free, to);
        sent += free;
        held -= free;
        if (held > Progress.TAIL) {
          return sent;
        }
        System.arraycopy(buffer, free, buffer, 0, held);
      }
    }
    Digest got = Digest.ofHash(key.digest().algorithm(), hash.digest());
    if (!got.equals(key.digest())) {
      throw new CorruptBlobException(key, from.source().name(), got.toString());
    }
    int last = (int) Math.min(held, length - sent);
    PassThrough.write(buffer, last, to);
    return sent + last;
  }
}
