package larder.fs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import larder.tiering.DiskThreads;

/** The bytes of an open file up to the size that it had when it was opened. */
final class FileBytes extends InputStream {
  private static final int MOST = 1 << 20;

  private final FileChannel file;
  private final String name;
  private final long size;
  private final DiskThreads threads;
  private long position;

  /**
   * @param name for messages
   * @param position of the first byte that is read
   */
  FileBytes(FileChannel file, String name, long position, long size, DiskThreads threads) {
    this.file = file;
    this.name = name;
    this.position = position;
    this.size = size;
    this.threads = threads;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int most = (int) Math.min(Math.min(length, MOST), size - position);
    if (most <= 0) {
      return -1;
    }
    ByteBuffer buffer = ByteBuffer.wrap(into, offset, most);
    int read;
    try {
      read = threads.call(() -> file.read(buffer, position));
    } catch (IOException e) {
      throw DirectoryFailures.of("read " + name + " from byte " + position + " on", e);
    }
    if (read < 0) {
      throw new IOException("read " + name + ": it ends at byte " + position + " of " + size);
    }
    position += read;
    return read;
  }

  @Override
  public void close() throws IOException {
    threads.run(file::close);
  }
}
