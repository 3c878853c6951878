package larder.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;

/** What others do to files behind a store's back. */
final class Damage {
  private Damage() {}

  /** Changes one byte and puts the modification time back, as a careless restore does. */
  static void flip(Path file, long at) throws IOException {
    FileTime modified = Files.getLastModifiedTime(file);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 1)).flip();
      channel.write(one, at);
    }
    touch(file, modified);
  }

  /**
   * Sets the modification time until the change time moves: file systems count it in ticks of some
   * milliseconds, and a test can be quicker than one.
   */
  static void touch(Path file, FileTime modified) throws IOException {
    Object before = Files.getAttribute(file, "unix:ctime");
    do {
      Files.setLastModifiedTime(file, modified);
    } while (before.equals(Files.getAttribute(file, "unix:ctime")));
  }
}
