package larder.fs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder for one try of a property: in memory where there is such a place, since it is quick. */
record ScratchFolder(Path path) implements Closeable {
  private static final Path MEMORY = Path.of("/dev/shm");

  static ScratchFolder make() throws IOException {
    return new ScratchFolder(
        Files.isWritable(MEMORY)
            ? Files.createTempDirectory(MEMORY, "larder")
            : Files.createTempDirectory("larder"));
  }

  @Override
  public void close() throws IOException {
    Folders.remove(path);
  }
}
