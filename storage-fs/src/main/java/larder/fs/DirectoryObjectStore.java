package larder.fs;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import larder.bucket.Body;
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
  private static final long TICK_NANOS = 1_000_000;

  private final Path root;
  private final FileChannel lock;
  private final DiskThreads threads;
  private final Disk disk;
  private final Path drafts;
  private final FileSpool spool;
  private final DirectoryClock clock;
  private final KeyLocks locks = new KeyLocks();
  private final KeyWalk walk;
  private final AtomicBoolean open = new AtomicBoolean(true);

  private DirectoryObjectStore(Path root, FileChannel lock, DiskThreads threads, Disk disk) {
    this.root = root;
    this.lock = lock;
    this.threads = threads;
    this.disk = disk;
    this.drafts = root.resolve(".drafts");
    this.spool = new FileSpool(drafts, threads);
    this.clock = new DirectoryClock(drafts);
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
    Inode inode;
    FileChannel file;
    // So that what is looked at is what is opened.
    try (KeyLocks.Held _ = locks.hold(locks.of(path))) {
      Optional<Inode> there = inode(path);
      if (there.isEmpty()) {
        return Optional.empty();
      }
      inode = there.get();
      file = FileChannel.open(path.file(root), StandardOpenOption.READ, NOFOLLOW_LINKS);
    } catch (NoSuchFileException | AccessDeniedException _) {
      return Optional.empty();
    }
    try {
      if (from > 0 && from >= inode.size()) {
        throw new IOException("it has no byte " + from);
      }
      String name = key + " in " + name();
      return Optional.of(
          new StoredObject(
              inode.size(),
              etag(inode),
              modified(inode),
              clock.now(),
              new FileBytes(file, name, from, inode.size(), threads)));
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Of the file that is the object; empty also when something is in the way. */
  private Optional<Inode> inode(KeyPath path) throws IOException {
    for (Path folder : path.folders(root)) {
      if (!Files.isDirectory(folder, NOFOLLOW_LINKS)) {
        return Optional.empty();
      }
    }
    return disk.inode(path.file(root));
  }

  private static String etag(Inode inode) {
    return "\"%x-%x-%x\"".formatted(inode.number(), inode.size(), inode.changed());
  }

  private static Instant modified(Inode inode) {
    return Instant.EPOCH.plusNanos(inode.modified());
  }

  @Override
  public Written put(String key, Body body, Condition condition) throws IOException {
    if (!tried("write", key, path -> holds(path, condition))) {
      return new Written.Refused();
    }
    Spool.File draft = tried("write", key, _ -> spool.create());
    try {
      try (FileChannel file = draft.channel()) {
        copy(body, file, key);
      }
      return tried("write", key, path -> place(draft.path(), path, condition));
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

  private Written place(Path draft, KeyPath path, Condition condition) throws IOException {
    KeyLocks.Stripe stripe = locks.of(path);
    try (KeyLocks.Held _ = locks.hold(stripe)) {
      return place(draft, path, condition, stripe);
    } catch (IOException e) {
      if (!Files.exists(draft, NOFOLLOW_LINKS)) {
        throw e;
      }
      // Something is in the way, or was when it happened: others' folders, perhaps, so all wait.
      try (KeyLocks.Held _ = locks.holdAll()) {
        clear(path);
        return place(draft, path, condition, stripe);
      } catch (IOException again) {
        again.addSuppressed(e);
        throw again;
      }
    }
  }

  private Written place(Path draft, KeyPath path, Condition condition, KeyLocks.Stripe stripe)
      throws IOException {
    if (!holds(path, condition)) {
      return new Written.Refused();
    }
    for (Path folder : path.folders(root)) {
      make(folder);
    }
    Path file = path.file(root);
    disk.move(draft, file);
    return new Written.Stored(etag(settled(file, stripe)));
  }

  private static void make(Path folder) throws IOException {
    if (Files.isDirectory(folder, NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder, NOFOLLOW_LINKS)) {
        throw new NotDirectoryException(folder.toString());
      }
    }
  }

  private void clear(KeyPath path) throws IOException {
    for (Path folder : path.folders(root)) {
      if (!Files.isDirectory(folder, NOFOLLOW_LINKS)) {
        Files.deleteIfExists(folder);
        return;
      }
    }
    Path file = path.file(root);
    if (Files.isDirectory(file, NOFOLLOW_LINKS)) {
      Folders.remove(file);
    }
  }

  /**
   * A file system's clock ticks seldom, and it gives the inodes of removed files to new ones: two
   * files that follow each other within a tick may look the same.
   */
  private Inode settled(Path file, KeyLocks.Stripe stripe) throws IOException {
    Inode inode = disk.inode(file).orElseThrow(() -> new NoSuchFileException(file.toString()));
    while (inode.changed() == stripe.changed()) {
      LockSupport.parkNanos(TICK_NANOS);
      DirectoryClock.touch(file);
      inode = disk.inode(file).orElseThrow(() -> new NoSuchFileException(file.toString()));
    }
    stripe.changed(inode.changed());
    return inode;
  }

  private boolean holds(KeyPath path, Condition condition) throws IOException {
    return switch (condition) {
      case Condition.Always _ -> true;
      case Condition.Absent _ -> inode(path).isEmpty();
      case Condition.Unchanged(String etag) ->
          inode(path).filter(now -> etag(now).equals(etag)).isPresent();
    };
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
    return tried(
        "remove",
        key,
        path -> {
          try (KeyLocks.Held _ = locks.hold(locks.of(path))) {
            return holds(path, condition)
                && inode(path).isPresent()
                && Files.deleteIfExists(path.file(root));
          }
        });
  }

  @Override
  public List<Listed> list(String prefix, String after) throws IOException {
    try {
      return threads.call(() -> walk.page(prefix, after, PAGE)).stream()
          .map(each ->
              new Listed(
                  each.key(), each.inode().size(), etag(each.inode()), modified(each.inode())))
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
