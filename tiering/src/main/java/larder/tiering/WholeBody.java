package larder.tiering;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The rest of a whole body that goes to one reader as it comes: its end is held back until the
 * digest is right.
 */
final class WholeBody {
  private static final int PIECE = 128 * 1024;

  private final BlobKey key;
  private final Download rest;
  private final MessageDigest hash;
  private byte[] buffer; // has room for a piece only once a source has answered
  private int held;
  private boolean right;

  /**
   * @param rest the bytes that are not held yet
   * @param hash over all bytes before those
   * @param held bytes that are in the hash but have not been sent; at most the tail
   */
  WholeBody(BlobKey key, Download rest, MessageDigest hash, byte[] held) {
    this.key = key;
    this.rest = rest;
    this.hash = hash;
    this.buffer = held;
    this.held = held.length;
  }

  /**
   * Waits for bytes that may be shown: such as are followed by a whole tail, or all when they are
   * right.
   *
   * @throws CorruptBlobException when they are wrong
   */
  void awaitShowable() throws IOException {
    while (!right && held <= Progress.TAIL) {
      rest.openRest();
      if (buffer.length < Progress.TAIL + PIECE) {
        buffer = Arrays.copyOf(buffer, Progress.TAIL + PIECE);
      }
      int read = rest.read(buffer, held, PIECE);
      if (read > 0) {
        hash.update(buffer, held, read);
        held += read;
      } else {
        verify();
      }
    }
  }

  private void verify() throws CorruptBlobException {
    Digest got = Digest.ofHash(key.digest().algorithm(), hash.digest());
    if (!got.equals(key.digest())) {
      throw rest.wrong(got.toString());
    }
    right = true;
  }

  /**
   * @param length how many bytes to send at most; a body that goes on beyond its tail after them is
   *     not sent whole, and is left there
   * @return how many were sent
   */
  long copy(long length, WritableByteChannel to) throws IOException {
    long sent = 0;
    int piece;
    do {
      awaitShowable();
      piece = (int) Math.min(right ? held : held - Progress.TAIL, length - sent);
      PassThrough.write(buffer, piece, to);
      sent += piece;
      held -= piece;
      System.arraycopy(buffer, piece, buffer, 0, held);
    } while (piece > 0 && sent < length);
    return sent;
  }
}
