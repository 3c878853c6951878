package larder.fs;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import larder.bucket.Body;
import larder.bucket.Hold;
import larder.bucket.ObjectStore;
import larder.bucket.StoredObject;
import larder.tiering.DiskThreads;
import larder.tiering.Spool;

/**
 * A directory that stands in for a bucket; one larder at a time may use it. An object is a file,
 * its path that of {@link KeyPath}, so {@code blobs/sha256/ab/<hex>} is what it says. Beside them
 * are {@code .lock} and {@code .drafts/}, which no key leads to.
 *
 * <p>No key leads out of the directory. Links in it are not followed: one is in the way, as is a
 * folder where a file should be or the other way round. What is in the way is not there for those
 * who read and is replaced by those who write, so that of the keys {@code a} and {@code a/b} only
 * the one written last has an object. Whoever may change the directory while larder uses it can put
 * a link where a folder was between a look and the next step; against them nothing is done.
 *
 * <p>An object comes to be by a rename. Nothing is forced to the medium: after a power cut an
 * object may be gone, be the one before, or have wrong bytes, or none. Who reads it finds that out
 * by its digest, as they must with any bucket. What is told of a body beside its bytes is not kept,
 * and its digest not checked, for the same reason.
 *
 * <p>An etag is the file's inode, size and change time. So it is the same after a restart, and
 * another one whenever anything has been done to the file, even where the bytes are the same.
 * Folders stay when they are empty.
 */
public final class DirectoryObjectStore implements ObjectStore {
  private static final Logger LOG = System.getLogger(DirectoryObjectStore.class.getName());
  private static final int PAGE = 1000;
  private static final int BUFFER = 256 << 10;

  private final Path root;
  private final FileChannel lock;
  private final DiskThreads threads;
  private final Path drafts;
  private final FileSpool spool;
  private final DirectoryClock clock;
  private final KeyFiles files;
  private final KeyWalk walk;
  private final AtomicBoolean open = new AtomicBoolean(true);

  private DirectoryObjectStore(Path root, FileChannel lock, DiskThreads threads, Disk disk) {
    this.root = root;
    this.lock = lock;
    this.threads = threads;
    this.drafts = root.resolve(".drafts");
    this.spool = new FileSpool(drafts, threads);
    this.clock = new DirectoryClock(drafts);
    this.files = new KeyFiles(root, disk);
    this.walk = new KeyWalk(root, disk);
  }

  /**
   * Makes the directory where there is none, takes it for this process and clears what dead
   * processes left half-written.
   *
   * @throws IOException when another larder uses it, or it cannot be written to; the message is for
   *     the operator
   */
  public static DirectoryObjectStore open(Path path, DiskThreads threads) throws IOException {
    return open(path, threads, Disk.real());
  }

  static DirectoryObjectStore open(Path path, DiskThreads threads, Disk disk) throws IOException {
    Path root = path.toAbsolutePath().normalize();
    DirectoryLock access = new DirectoryLock(root, "the bucket's directory", "larder.bucket.path");
    FileChannel lock = access.take(".lock");
    try {
      DirectoryObjectStore store = new DirectoryObjectStore(root, lock, threads, disk);
      store.sweep();
      Instant _ = store.clock.now();
      return store;
    } catch (IOException e) {
      lock.close();
      throw access.notWritable(e);
    }
  }

  private void sweep() {
    try {
      Folders.remove(drafts);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "cannot clear the drafts of earlier runs in " + drafts, e);
    }
  }

  @Override
  public String name() {
    return "directory " + root;
  }

  /** Something that may wait for the disk, on an object. */
  private interface Step<T> {
    T on(KeyPath path) throws IOException;
  }

  private <T> T tried(String what, String key, Step<T> step) throws IOException {
    try {
      return threads.call(() -> step.on(KeyPath.of(key)));
    } catch (IOException e) {
      throw DirectoryFailures.of(what + " " + key + " in " + name(), e);
    }
  }

  @Override
  public Optional<StoredObject> get(String key, long from) throws IOException {
    return tried("read", key, path -> read(path, key, from));
  }

  private Optional<StoredObject> read(KeyPath path, String key, long from) throws IOException {
    Optional<KeyFiles.Opened> there = files.open(path);
    if (there.isEmpty()) {
      return Optional.empty();
    }
    Inode inode = there.get().inode();
    FileChannel file = there.get().file();
    try {
      if (from > 0 && from >= inode.size()) {
        throw new IOException("it has no byte " + from);
      }
      String name = key + " in " + name();
      return Optional.of(
          new StoredObject(
              inode.size(),
              KeyFiles.etag(inode),
              modified(inode),
              clock.now(),
              new FileBytes(file, name, from, inode.size(), threads)));
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private static Instant modified(Inode inode) {
    return Instant.EPOCH.plusNanos(inode.modified());
  }

  @Override
  public Written put(String key, Body body, Condition condition) throws IOException {
    if (!tried("write", key, path -> files.holds(path, condition))) {
      return new Written.Refused();
    }
    Spool.File draft = tried("write", key, _ -> spool.create());
    try {
      try (FileChannel file = draft.channel()) {
        copy(body, file, key);
      }
      return tried("write", key, path -> files.place(draft.path(), path, condition));
    } finally {
      threads.run(() -> Files.deleteIfExists(draft.path()));
    }
  }

  private void copy(Body body, FileChannel file, String key) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER, body.size()));
    for (long position = 0; position < body.size(); position += buffer.limit()) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), body.size() - position));
      if (body.read(buffer, position) < 0) {
        throw new IOException(
            "write "
                + key
                + " in "
                + name()
                + ": there are "
                + position
                + " bytes, not "
                + body.size());
      }
      buffer.flip();
      var _ =
          tried(
              "write",
              key,
              path -> {
                while (buffer.hasRemaining()) {
                  file.write(buffer);
                }
                return true;
              });
    }
  }

  @Override
  public void remove(String key) throws IOException {
    var _ = removed(key, new Condition.Always());
  }

  @Override
  public boolean remove(String key, String etag) throws IOException {
    return removed(key, new Condition.Unchanged(etag));
  }

  private boolean removed(String key, Condition condition) throws IOException {
    return tried("remove", key, path -> files.remove(path, condition));
  }

  @Override
  public Optional<Listed> look(String key) throws IOException {
    Optional<Inode> there = tried("look at", key, files::inode);
    Instant now = clock.now();
    return there.map(inode -> listed(key, inode, now));
  }

  private static Listed listed(String key, Inode inode, Instant now) {
    return new Listed(key, inode.size(), KeyFiles.etag(inode), modified(inode), now);
  }

  /** Drafts of dead processes went when the directory was opened. */
  @Override
  public int clear(Duration age, Hold hold) {
    return 0;
  }

  @Override
  public List<Listed> list(String prefix, String after) throws IOException {
    Instant now = clock.now();
    try {
      return threads.call(() -> walk.page(prefix, after, PAGE)).stream()
          .map(each -> listed(each.key(), each.inode(), now))
          .toList();
    } catch (IOException e) {
      throw DirectoryFailures.of("list " + prefix + " in " + name(), e);
    }
  }

  /** Gives the directory free for another larder. */
  @Override
  public void close() throws IOException {
    if (open.getAndSet(false)) {
      try (lock) {
        Folders.remove(drafts);
      }
    }
  }
}
