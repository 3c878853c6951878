package larder.fs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import larder.tiering.DiskThreads;
import larder.tiering.Spool;

/** A spool in the folder that a data directory has for this process. */
public final class FileSpool implements Spool {
  private final Path folder;
  private final DiskThreads threads;
  private final AtomicLong made = new AtomicLong();

  public FileSpool(DataDirectory directory, DiskThreads threads) {
    this(directory.spool(), threads);
  }

  /** In a folder that nobody else uses; it is made when it is missing. */
  FileSpool(Path folder, DiskThreads threads) {
    this.folder = folder;
    this.threads = threads;
  }

  @Override
  public File create() throws IOException {
    try {
      return threads.call(this::make);
    } catch (IOException e) {
      throw new IOException("cannot make a file in the spool " + folder + ": " + e.getMessage(), e);
    }
  }

  private File make() throws IOException {
    try {
      return makeNext();
    } catch (NoSuchFileException _) {
      // Someone has removed the folder.
      Folders.make(folder);
      return makeNext();
    }
  }

  private File makeNext() throws IOException {
    while (true) {
      Path file = folder.resolve(Long.toString(made.incrementAndGet()));
      try {
        return new File(
            file,
            FileChannel.open(
                file,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE));
      } catch (FileAlreadyExistsException _) {
        // Not ours: it stays, and the next name is tried.
      }
    }
  }
}
