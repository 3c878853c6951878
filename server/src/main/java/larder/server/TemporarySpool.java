package larder.server;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import larder.tiering.Spool;

/** A spool where the data directory is another process's. */
record TemporarySpool(Path folder) implements Spool, Closeable {
  static TemporarySpool make() throws IOException {
    return new TemporarySpool(Files.createTempDirectory("larder-fsck"));
  }

  @Override
  public File create() throws IOException {
    Path file = Files.createTempFile(folder, "", "");
    return new File(
        file, FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  /** Whoever made a file has deleted it. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(folder);
  }
}
