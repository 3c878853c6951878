package larder.tiering;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * A blob for one reader, straight from its sources, kept nowhere. The tail of a whole one is held
 * back all the same.
 */
final class PassThrough implements Blob {
  private static final int PIECE = 128 * 1024;

  private final BlobKey key;
  private final List<Source> sources;
  private final Pause pause;
  private Download download;

  private PassThrough(BlobKey key, List<Source> sources, Pause pause, Download download) {
    this.key = key;
    this.sources = sources;
    this.pause = pause;
    this.download = download;
  }

  /**
   * Asks the sources.
   *
   * @param from the first byte that will be read, if known; another one costs another request
   */
  static PassThrough open(BlobKey key, List<Source> sources, long from, Pause pause)
      throws IOException {
    Download download = new Download(key, sources, from, pause);
    download.open();
    return new PassThrough(key, sources, pause, download);
  }

  /** Goes on with a download that someone else began. */
  static PassThrough takeOver(BlobKey key, List<Source> sources, Download begun, Pause pause) {
    return new PassThrough(key, sources, pause, begun);
  }

  @Override
  public OptionalLong size() {
    return download.size();
  }

  @Override
  public Origin origin() {
    return Origin.UPSTREAM;
  }

  @Override
  public long transferTo(ByteRange range, WritableByteChannel to) throws IOException {
    boolean whole = range.offset() == 0 && range.length() >= size().orElse(0);
    if (download.position() != range.offset()) {
      download.close();
      download = new Download(key, sources, range.offset(), pause);
    }
    return whole
        ? new WholeBody(key, key.digest().hasher(), new byte[0]).copy(download, to)
        : copyPart(download, range.length(), to);
  }

  /** Sends so many bytes as they come, unchecked: no part is a whole body. */
  static long copyPart(Download from, long length, WritableByteChannel to) throws IOException {
    byte[] piece = new byte[PIECE];
    long sent = 0;
    while (sent < length) {
      int read = from.read(piece, 0, (int) Math.min(piece.length, length - sent));
      if (read < 0) {
        break;
      }
      write(piece, read, to);
      sent += read;
    }
    return sent;
  }

  /** Sends the rest of a whole body, of which the end is held back until the digest is right. */
  static final class WholeBody {
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

    long copy(Download from, WritableByteChannel to) throws IOException {
      long sent = 0;
      for (int read; (read = from.read(buffer, held, PIECE)) > 0; ) {
        hash.update(buffer, held, read);
        held += read;
        int free = held - Progress.TAIL;
        if (free > 0) {
          write(buffer, free, to);
          sent += free;
          System.arraycopy(buffer, free, buffer, 0, Progress.TAIL);
          held = Progress.TAIL;
        }
      }
      Digest got = Digest.ofHash(key.digest().algorithm(), hash.digest());
      if (!got.equals(key.digest())) {
        throw new CorruptBlobException(key, from.source().name(), got.toString());
      }
      write(Arrays.copyOf(buffer, held), held, to);
      return sent + held;
    }
  }

  private static void write(byte[] bytes, int length, WritableByteChannel to) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes, 0, length);
    while (rest.hasRemaining()) {
      to.write(rest);
    }
  }

  @Override
  public void close() {
    download.close();
  }
}
