package larder.tiering;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A blob for one reader, straight from its sources, kept nowhere. The tail of a whole one is held
 * back all the same.
 */
final class PassThrough implements Blob {
  private static final int PIECE = 128 * 1024;

  private final BlobKey key;
  private final List<Source> sources;
  private final Pause pause;
  private final OptionalLong size;
  private Download download;
  private @Nullable WholeBody begun; // from byte 0 on; nothing of it has been sent

  private PassThrough(
      BlobKey key,
      List<Source> sources,
      Pause pause,
      Download download,
      OptionalLong size,
      @Nullable WholeBody begun) {
    this.key = key;
    this.sources = sources;
    this.pause = pause;
    this.size = size;
    this.download = download;
    this.begun = begun;
  }

  /**
   * Asks the sources, and waits for the first byte that can be shown.
   *
   * @param from the first byte that will be read, if known; another one costs another request
   * @param size of the blob in bytes, if known. Without it the blob is begun at byte 0, so that a
   *     part beyond the end is not asked for
   */
  static PassThrough open(
      BlobKey key, List<Source> sources, long from, OptionalLong size, Pause pause)
      throws IOException {
    if (from == 0 || size.isEmpty()) {
      return begin(key, sources, new Download(key, sources, 0, pause), pause);
    }
    Download download = new Download(key, sources, from, pause);
    download.know(size);
    if (from < size.getAsLong()) {
      download.open();
    }
    return new PassThrough(key, sources, pause, download, size, null);
  }

  /** Goes on with a download that someone else began, and that has given no byte yet. */
  static PassThrough takeOver(BlobKey key, List<Source> sources, Download begun, Pause pause)
      throws IOException {
    return begin(key, sources, begun, pause);
  }

  /** Of a wrong body nothing has been sent before it can be shown, so the next source is tried. */
  private static PassThrough begin(BlobKey key, List<Source> sources, Download first, Pause pause)
      throws IOException {
    Attempts attempts = Attempts.first(sources);
    Download download = first;
    while (true) {
      WholeBody body = new WholeBody(key, download, key.digest().hasher(), new byte[0]);
      boolean good = false;
      try {
        body.awaitShowable();
        good = true;
        return new PassThrough(key, attempts.sources(), pause, download, download.size(), body);
      } catch (CorruptBlobException e) {
        attempts =
            attempts
                .afterWrong(download.source(), !download.copies().isEmpty())
                .orElseThrow(() -> e);
      } finally {
        if (!good) {
          download.close();
        }
      }
      download = new Download(key, attempts.sources(), 0, pause);
    }
  }

  @Override
  public OptionalLong size() {
    return size;
  }

  @Override
  public Origin origin() {
    return download.source().keepsCopies() ? Origin.BUCKET : Origin.UPSTREAM;
  }

  @Override
  public long transferTo(ByteRange range, WritableByteChannel to) throws IOException {
    range.checkWithin(size, key);
    WholeBody body = begun;
    begun = null;
    if (range.offset() == 0 && body != null) {
      return body.copy(range.length(), to);
    }
    if (download.position() != range.offset()) {
      download.close();
      download = new Download(key, sources, range.offset(), pause);
      download.know(size);
    }
    return range.wholeOf(size)
        ? new WholeBody(key, download, key.digest().hasher(), new byte[0]).copy(range.length(), to)
        : copyPart(download, range.length(), to);
  }

  /** Sends so many bytes as they come, unchecked: no part is a whole body. */
  static long copyPart(Download from, long length, WritableByteChannel to) throws IOException {
    from.openRest(); // first, so that none waits for upstream with a piece in hand
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

  static void write(byte[] bytes, int length, WritableByteChannel to) throws IOException {
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
