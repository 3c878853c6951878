package larder.fs;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A disk on which a power cut takes what was not forced, in the worst way that a file system may:
 * any name may be gone or be back as it was, any bytes may be zeros or missing, and all the while
 * the inode looks as it did before. Files are small, since their forced bytes are kept in memory.
 */
public final class PowerCutDisk implements Disk, Closeable {
  /*
   * Nobody can set a change time, so a file that is damaged here gets a new one. To look as it did before, it is lied
   * about until it changes once more. Files whose number is noted are held open, so that the number is not given to
   * another.
   */
  private static final long FOLDER = -1;

  private final Map<Long, Image> forced = new HashMap<>(); // guarded by this
  private final Map<Path, Map<String, Long>> names = new HashMap<>(); // guarded by this
  private final Map<Path, Lie> lies = new HashMap<>(); // guarded by this
  private final Map<Long, FileChannel> held = new HashMap<>(); // guarded by this
  private long callsLeft = Long.MAX_VALUE; // guarded by this

  private static final class Image {
    final byte[] bytes;
    final Inode inode;

    Image(byte[] bytes, Inode inode) {
      this.bytes = bytes;
      this.inode = inode;
    }
  }

  private record Lie(Inode truth, Inode told) {}

  /** After so many more calls every call fails. */
  public synchronized void failAfter(long calls) {
    callsLeft = calls;
  }

  public synchronized boolean failed() {
    return callsLeft == 0;
  }

  private void call() throws IOException {
    if (callsLeft == 0) {
      throw new IOException("the power is off");
    }
    callsLeft--;
  }

  @Override
  public synchronized Optional<Inode> inode(Path file) throws IOException {
    return Disk.real().inode(file).map(inode -> told(file, inode));
  }

  private Inode told(Path file, Inode inode) {
    Lie lie = lies.get(file);
    return lie != null && lie.truth.equals(inode) ? lie.told : inode;
  }

  @Override
  public synchronized void move(Path from, Path to) throws IOException {
    call();
    Disk.real().move(from, to);
  }

  @Override
  public synchronized void forceFile(Path file) throws IOException {
    call();
    remember(file);
  }

  private void remember(Path file) throws IOException {
    Optional<Inode> inode = Disk.real().inode(file);
    if (inode.isEmpty()) {
      throw new NoSuchFileException(file.toString());
    }
    hold(file, inode.get().number());
    forced.put(inode.get().number(), new Image(Files.readAllBytes(file), told(file, inode.get())));
  }

  @Override
  public synchronized void forceFolder(Path folder) throws IOException {
    call();
    Map<String, Long> now = list(folder);
    for (Map.Entry<String, Long> entry : now.entrySet()) {
      if (entry.getValue() != FOLDER) {
        hold(folder.resolve(entry.getKey()), entry.getValue());
      }
    }
    names.put(folder, now);
  }

  private void hold(Path file, long number) throws IOException {
    if (!held.containsKey(number)) {
      try {
        held.put(number, FileChannel.open(file));
      } catch (NoSuchFileException _) {
        // Removed meanwhile, which is not a name to bring back.
      }
    }
  }

  private void letGo() throws IOException {
    for (FileChannel channel : held.values()) {
      channel.close();
    }
    held.clear();
  }

  /**
   * Cuts the power and turns it on again: afterwards the folder has what was forced, and at random
   * more. Whoever used it before must have stopped.
   */
  public synchronized void cut(Path root, Random random) throws IOException {
    lose(root, random);
    letGo();
    forced.clear();
    names.clear();
    keep(root);
    callsLeft = Long.MAX_VALUE;
  }

  private void lose(Path folder, Random random) throws IOException {
    Map<String, Long> now = list(folder);
    Map<String, Long> safe = names.getOrDefault(folder, Map.of());
    Set<String> all = new HashSet<>(now.keySet());
    all.addAll(safe.keySet());
    for (String name : all.stream().sorted().toList()) {
      Path path = folder.resolve(name);
      Long current = now.get(name);
      Long before = safe.get(name);
      if (name.equals("lock") || name.equals("spool")) {
        continue;
      }
      if (current != null && (current.equals(before) || random.nextBoolean())) {
        if (current == FOLDER) {
          lose(path, random);
        } else {
          loseBytes(path, forced.get(current), random);
        }
      } else {
        Folders.remove(path);
        if (before != null && before != FOLDER) {
          bringBack(path, forced.get(before), random);
        }
      }
    }
  }

  private void loseBytes(Path file, @Nullable Image image, Random random) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Inode inode = inode(file).orElseThrow();
    byte[] safe = image == null ? new byte[0] : image.bytes;
    if (Arrays.equals(bytes, safe)) {
      return;
    }
    boolean grown =
        bytes.length >= safe.length && Arrays.equals(safe, Arrays.copyOf(bytes, safe.length));
    int start = grown ? safe.length : 0;
    int end = start + random.nextInt(bytes.length - start + 1);
    byte[] left =
        switch (random.nextInt(4)) {
          case 0 -> bytes;
          case 1 -> Arrays.copyOf(bytes, end);
          case 2 -> Arrays.copyOf(Arrays.copyOf(bytes, start), bytes.length);
          default -> Arrays.copyOf(Arrays.copyOf(bytes, end), bytes.length);
        };
    if (!Arrays.equals(left, bytes)) {
      write(file, left, inode);
    }
  }

  private void bringBack(Path file, @Nullable Image image, Random random) throws IOException {
    if (image == null) {
      Files.write(file, new byte[random.nextInt(1000)]);
    } else {
      write(file, image.bytes, image.inode);
    }
  }

  private void write(Path file, byte[] bytes, Inode inode) throws IOException {
    Files.write(file, bytes);
    Inode truth = Disk.real().inode(file).orElseThrow();
    Inode told = new Inode(inode.number(), bytes.length, inode.modified(), inode.changed());
    lies.put(file, new Lie(truth, told));
  }

  /** All that is there has outlived the cut, so it is safe. */
  private void keep(Path folder) throws IOException {
    Map<String, Long> now = list(folder);
    names.put(folder, now);
    for (Map.Entry<String, Long> entry : now.entrySet()) {
      Path path = folder.resolve(entry.getKey());
      if (entry.getValue() == FOLDER) {
        keep(path);
      } else {
        remember(path);
      }
    }
  }

  private static Map<String, Long> list(Path folder) throws IOException {
    Map<String, Long> names = new HashMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        try {
          names.put(entry.getFileName().toString(), number(entry));
        } catch (NoSuchFileException _) {
          // Removed meanwhile.
        }
      }
    }
    return names;
  }

  private static Long number(Path path) throws IOException {
    return Files.isDirectory(path, NOFOLLOW_LINKS)
        ? FOLDER
        : (Long) Files.getAttribute(path, "unix:ino", NOFOLLOW_LINKS);
  }

  @Override
  public synchronized void close() throws IOException {
    letGo();
  }
}
