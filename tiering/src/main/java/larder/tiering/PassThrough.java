package larder.tiering;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
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
  private final OptionalLong size;
  private Download download;

  private PassThrough(BlobKey key, List<Source> sources, Pause pause, Download download) {
    this.key = key;
    this.sources = sources;
    this.pause = pause;
    this.size = download.size();
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
    return size;
  }

  @Override
  public Origin origin() {
    return Origin.UPSTREAM;
  }

  @Override
  public long transferTo(ByteRange range, WritableByteChannel to) throws IOException {
    range.checkWithin(size, key);
    if (download.position() != range.offset()) {
      download.close();
      download = new Download(key, sources, range.offset(), pause);
      download.know(size);
    }
    return range.wholeOf(size)
        ? new WholeBody(key, key.digest().hasher(), new byte[0]).copy(download, range.length(), to)
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
