package larder.fs;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import larder.tiering.BlobKey;
import larder.tiering.Space;

/**
 * The directory that one running larder has for itself. In it are
 *
 * <pre>
 * blobs/sha256/ab/&lt;hex&gt;                       public blobs
 * private/&lt;upstream&gt;/blobs/sha256/ab/&lt;hex&gt;    those of one private upstream
 * spool/&lt;process&gt;/                           what is not verified yet
 * tags/                                      what tags meant
 * origins                                    from which upstreams the public blobs may come
 * index                                      what is known of the blobs' soundness
 * lock                                       held while a larder runs
 * </pre>
 */
public final class DataDirectory implements Closeable {
  private static final Logger LOG = System.getLogger(DataDirectory.class.getName());

  private final Path path;
  private final Path spool;
  private final FileChannel lock;
  private final AtomicBoolean open = new AtomicBoolean(true);

  private DataDirectory(Path path, Path spool, FileChannel lock) {
    this.path = path;
    this.spool = spool;
    this.lock = lock;
  }

  /** That another larder runs on it. */
  public static final class InUseException extends IOException {
    private static final long serialVersionUID = 1;

    InUseException(String message) {
      super(message);
    }
  }

  /**
   * Makes the directory where there is none, takes it for this process and clears what dead
   * processes left half-written.
   *
   * @throws IOException when another larder uses it, it cannot be written to, or parts of it are on
   *     different file systems; the message is for the operator
   */
  public static DataDirectory open(Path path, InstantSource clock) throws IOException {
    Path root = path.toAbsolutePath().normalize();
    DirectoryLock access = new DirectoryLock(root, "the data directory", "larder.disk.path");
    FileChannel lock = access.take("lock");
    try {
      Path spools = root.resolve("spool");
      String process = ProcessHandle.current().pid() + "-" + clock.millis();
      DataDirectory directory = new DataDirectory(root, spools.resolve(process), lock);
      sweep(spools);
      directory.prepare(access);
      return directory;
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  private static void sweep(Path spools) {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(spools)) {
      for (Path spool : left) {
        Folders.remove(spool);
      }
    } catch (IOException | DirectoryIteratorException e) {
      if (Files.isDirectory(spools)) {
        LOG.log(Level.WARNING, "cannot clear the spools of earlier runs in " + spools, e);
      }
    }
  }

  private void prepare(DirectoryLock access) throws IOException {
    try {
      Folders.make(spool);
      checkMovable(path.resolve("blobs"));
      checkMovable(path.resolve("private"));
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException(
          "the folders spool, blobs and private of the data directory "
              + path
              + " must be on one file system: a blob is moved from one to the other",
          e);
    } catch (IOException e) {
      if (!Files.isWritable(path)) {
        throw access.notWritable(e);
      }
      LOG.log(
          Level.WARNING,
          "the data directory " + path + " takes no files now; blobs pass through until it does",
          e);
    }
  }

  private void checkMovable(Path folder) throws IOException {
    Folders.make(folder);
    Path probe = Files.createTempFile(spool, "probe", "");
    try {
      Files.move(probe, folder.resolve(".probe"), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(probe);
    }
    Files.delete(folder.resolve(".probe"));
  }

  /** The directory itself, absolute. */
  public Path path() {
    return path;
  }

  /** Where this process keeps what is not verified; someone may have removed it. */
  Path spool() {
    return spool;
  }

  /** Where a blob is when it is held. */
  Path place(BlobKey key) {
    return folder(key).resolve(key.digest().hex());
  }

  /** The folder that a blob is in when it is held. */
  Path folder(BlobKey key) {
    return blobs(key.space())
        .resolve(key.digest().algorithm().label())
        .resolve(key.digest().hex().substring(0, 2));
  }

  /** The folder of all blobs of a space. */
  Path blobs(Space space) {
    return switch (space) {
      case Space.Public() -> path.resolve("blobs");
      case Space.Private(String upstream) ->
          privateSpaces().resolve(SpaceName.encode(upstream)).resolve("blobs");
    };
  }

  Path privateSpaces() {
    return path.resolve("private");
  }

  /** Gives the directory free for another larder. */
  @Override
  public void close() throws IOException {
    if (open.getAndSet(false)) {
      try (lock) {
        Folders.remove(spool);
      }
    }
  }
}
