package larder.fs;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.ObjectStore.Written;

/** The files of keys below a root, each of them changed by one at a time. */
final class KeyFiles {
  private static final long TICK_NANOS = 1_000_000;

  private final Path root;
  private final Disk disk;
  private final KeyLocks locks = new KeyLocks();

  KeyFiles(Path root, Disk disk) {
    this.root = root;
    this.disk = disk;
  }

  /**
   * A file, and what it was when it was opened.
   *
   * @param file is closed by whoever opened it
   */
  record Opened(Inode inode, FileChannel file) {}

  Optional<Opened> open(KeyPath path) throws IOException {
    // So that what is looked at is what is opened.
    try (KeyLocks.Held _ = locks.hold(locks.of(path))) {
      Optional<Inode> inode = inode(path);
      if (inode.isEmpty()) {
        return Optional.empty();
      }
      FileChannel file = FileChannel.open(path.file(root), StandardOpenOption.READ, NOFOLLOW_LINKS);
      return Optional.of(new Opened(inode.get(), file));
    } catch (NoSuchFileException | AccessDeniedException _) {
      return Optional.empty();
    }
  }

  /** Of the file that is the object; empty also when something is in the way. */
  Optional<Inode> inode(KeyPath path) throws IOException {
    for (Path folder : path.folders(root)) {
      if (!Files.isDirectory(folder, NOFOLLOW_LINKS)) {
        return Optional.empty();
      }
    }
    return disk.inode(path.file(root));
  }

  static String etag(Inode inode) {
    return "\"%x-%x-%x\"".formatted(inode.number(), inode.size(), inode.changed());
  }

  /** Makes a draft the object. */
  Written place(Path draft, KeyPath path, Condition condition) throws IOException {
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

  boolean holds(KeyPath path, Condition condition) throws IOException {
    return switch (condition) {
      case Condition.Always _ -> true;
      case Condition.Absent _ -> inode(path).isEmpty();
      case Condition.Unchanged(String etag) ->
          inode(path).filter(now -> etag(now).equals(etag)).isPresent();
    };
  }

  /**
   * @return false when the condition does not hold, or there is nothing to remove
   */
  boolean remove(KeyPath path, Condition condition) throws IOException {
    try (KeyLocks.Held _ = locks.hold(locks.of(path))) {
      return holds(path, condition)
          && inode(path).isPresent()
          && Files.deleteIfExists(path.file(root));
    }
  }
}
