package larder.tiering;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** A spool in a directory of the test's. */
public record TempSpool(Path directory) implements Spool {
  @Override
  public File create() throws IOException {
    Path path = Files.createTempFile(directory, "fill", "");
    return new File(
        path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  /** The files in it. */
  public List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
