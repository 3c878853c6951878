package larder.fs;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Finds the files of keys in the order of the keys, which is not that of a walk through the
 * folders: {@code a-b} is before {@code a/b}. What no key leads to is passed over, and so is what
 * is at a key's path but is no file: a folder, a link.
 */
final class KeyWalk {
  /*
   * What has been seen waits in order of the first key that it can be or hold, and the first of all is looked at next:
   * a file is found, a folder is replaced by what is in it. Of what is too much to keep, the last is forgotten, and the
   * walk ends where that would have been; a walk that has found nothing until then starts again from there. Names on
   * the way to the first key wanted come before it, at most three for each of its bytes, so there must be room for more.
   */
  private static final int ROOM = 4 * KeyPath.LONGEST_KEY;

  private final Path root;
  private final Disk disk;
  private final int room;

  KeyWalk(Path root, Disk disk) {
    this(root, disk, ROOM);
  }

  /**
   * @param room how many names may be kept in memory
   */
  KeyWalk(Path root, Disk disk, int room) {
    this.root = root;
    this.disk = disk;
    this.room = room;
  }

  /** A file that is an object. */
  record Found(String key, Inode inode) {}

  /**
   * Something seen in a folder.
   *
   * @param key in bytes, if it is a file
   * @param start in bytes, of all keys of what is in it, if it is a folder
   */
  private record Seen(String key, String start, Path path) {
    private static final Comparator<Seen> ORDER =
        Comparator.comparing(Seen::key).thenComparing(Seen::path);

    static Seen of(String above, String decoded, Path path) {
      String key = above + decoded;
      return new Seen(key, KeyPath.goesOn(path.getFileName().toString()) ? key : key + "/", path);
    }

    boolean matters(String prefix, String from) {
      return (start.startsWith(prefix) || prefix.startsWith(start))
          && (start.compareTo(from) >= 0 || from.startsWith(start));
    }
  }

  /**
   * @return at most so many, fewer also when there are more; empty when there are no more
   */
  List<Found> page(String prefix, String after, int most) throws IOException {
    String wanted = KeyPath.bytes(prefix);
    String from = after.isEmpty() ? "" : KeyPath.bytes(after) + "\0";
    while (true) {
      Pass pass = new Pass(wanted, from, most);
      pass.run();
      if (!pass.found.isEmpty() || pass.horizon.isEmpty()) {
        return pass.found;
      }
      from = pass.horizon.get();
    }
  }

  private final class Pass {
    private final String prefix;
    private final String from;
    private final int most;
    private final TreeSet<Seen> waiting = new TreeSet<>(Seen.ORDER);
    private final List<Found> found = new ArrayList<>();
    private Optional<String> horizon = Optional.empty();

    Pass(String prefix, String from, int most) {
      this.prefix = prefix;
      this.from = from;
      this.most = most;
    }

    void run() throws IOException {
      open("", root);
      while (found.size() < most && !waiting.isEmpty() && !beyond(waiting.first())) {
        look(waiting.removeFirst());
      }
    }

    private boolean beyond(Seen seen) {
      return horizon.isPresent() && seen.key().compareTo(horizon.get()) >= 0;
    }

    private void look(Seen seen) throws IOException {
      BasicFileAttributes attributes;
      try {
        attributes = Files.readAttributes(seen.path(), BasicFileAttributes.class, NOFOLLOW_LINKS);
      } catch (NoSuchFileException _) {
        return;
      }
      if (attributes.isDirectory()) {
        open(seen.start(), seen.path());
      } else if (seen.key().startsWith(prefix) && seen.key().compareTo(from) >= 0) {
        Optional<String> key = KeyPath.leadingTo(seen.path(), seen.key(), root);
        if (key.isPresent()) {
          disk.inode(seen.path()).ifPresent(inode -> found.add(new Found(key.get(), inode)));
        }
      }
    }

    private void open(String start, Path folder) throws IOException {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        for (Path path : entries) {
          KeyPath.decode(path.getFileName().toString())
              .map(decoded -> Seen.of(start, decoded, path))
              .filter(seen -> seen.matters(prefix, from) && !beyond(seen))
              .ifPresent(this::keep);
        }
      } catch (NoSuchFileException | NotDirectoryException _) {
        // Gone, or replaced, since it was seen.
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }

    private void keep(Seen seen) {
      waiting.add(seen);
      if (waiting.size() > room) {
        horizon = Optional.of(waiting.removeLast().key());
      }
    }
  }
}
