package larder.tiering;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Where the bytes of a fill are until they are verified: on the same file system as the tier that
 * takes them over.
 */
public interface Spool {

  /**
   * Makes a new and empty file.
   *
   * @throws IOException when the file cannot be made: no room, read-only, no permission
   */
  File create() throws IOException;

  /**
   * A spool file and the channel of its one writer; whoever made it closes the channel and deletes
   * the file.
   */
  record File(Path path, FileChannel channel) {}
}
