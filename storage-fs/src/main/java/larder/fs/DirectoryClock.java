package larder.fs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/**
 * The clock of a file system, which is another machine's where the directory is mounted from one.
 * To know its time, a file is changed.
 */
final class DirectoryClock {
  private final Path folder;
  private final Path file;

  /**
   * @param folder that nobody else uses; it is made when it is missing
   */
  DirectoryClock(Path folder) {
    this.folder = folder;
    this.file = folder.resolve("clock");
  }

  Instant now() throws IOException {
    try {
      return changed();
    } catch (NoSuchFileException _) {
      Folders.make(folder);
      Files.write(file, new byte[0]);
      return changed();
    }
  }

  private Instant changed() throws IOException {
    touch(file);
    return ((FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS))
        .toInstant();
  }

  /** Makes now the time of a file's last change, and leaves the file as it is. */
  static void touch(Path file) throws IOException {
    Files.setPosixFilePermissions(file, Files.getPosixFilePermissions(file));
  }
}
