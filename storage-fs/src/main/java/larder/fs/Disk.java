package larder.fs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The calls on a file system whose order decides what is left after a power cut. Tests put others
 * in their place, to lose what was not forced or to stop between two calls.
 */
public interface Disk {

  /** The file system as it is. */
  static Disk real() {
    return RealDisk.INSTANCE;
  }

  /**
   * Looks at a file without following a link.
   *
   * @return empty when no regular file that could be read is there: nothing is, something else is,
   *     or it may not be looked at
   * @throws IOException when the file system does not say
   */
  Optional<Inode> inode(Path file) throws IOException;

  /**
   * Moves a file within the file system, in one step, replacing a file that is there.
   *
   * @throws IOException when the folder is missing, or what is there is a folder, and for all
   *     trouble; the file is where it was then
   */
  void move(Path from, Path to) throws IOException;

  /** Returns when a power cut can no longer take the file's bytes and times. */
  void forceFile(Path file) throws IOException;

  /**
   * Returns when a power cut can no longer take the names in the folder, nor bring old ones back.
   */
  void forceFolder(Path folder) throws IOException;
}
