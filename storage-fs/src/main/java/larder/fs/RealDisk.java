package larder.fs;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/** The file system as it is. */
final class RealDisk implements Disk {
  static final RealDisk INSTANCE = new RealDisk();

  private RealDisk() {}

  @Override
  public Optional<Inode> inode(Path file) throws IOException {
    try {
      Map<String, Object> attributes = Files.readAttributes(file, Inode.ATTRIBUTES, NOFOLLOW_LINKS);
      return Inode.regular(attributes) ? Optional.of(Inode.of(attributes)) : Optional.empty();
    } catch (NoSuchFileException | AccessDeniedException _) {
      return Optional.empty();
    } catch (IOException e) {
      if (Folders.blocked(file)) {
        return Optional.empty();
      }
      throw new IOException("cannot look at " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void forceFile(Path file) throws IOException {
    // The times too: trust after the power cut depends on them.
    force(file);
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    force(folder);
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
