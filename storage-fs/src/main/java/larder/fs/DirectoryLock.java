package larder.fs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A directory that one larder at a time may have, as an operator knows it.
 *
 * @param path absolute
 * @param what it is, with an article
 * @param setting that says where it is
 */
record DirectoryLock(Path path, String what, String setting) {

  /**
   * Makes the directory where there is none, and takes it until the channel is closed or the
   * process ends.
   *
   * @param name of the file that is locked
   * @throws IOException the message is for the operator
   */
  FileChannel take(String name) throws IOException {
    FileChannel channel;
    try {
      Files.createDirectories(path);
      channel =
          FileChannel.open(path.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw notWritable(e);
    }
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException _) {
      // Another larder in this very process.
    } catch (IOException e) {
      channel.close();
      throw new IOException("cannot lock " + this + ": " + e.getMessage(), e);
    }
    channel.close();
    throw new DataDirectory.InUseException(
        this
            + " is in use by another larder: stop that one, or give this one a directory of its"
            + " own ("
            + setting
            + ")");
  }

  IOException notWritable(IOException cause) {
    return new IOException(
        "cannot write to "
            + this
            + " ("
            + cause.getMessage()
            + "): let larder's user write to it, or choose another ("
            + setting
            + ")",
        cause);
  }

  @Override
  public String toString() {
    return what + " " + path;
  }
}
