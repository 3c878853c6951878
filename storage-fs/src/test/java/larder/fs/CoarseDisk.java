package larder.fs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file system whose clock ticks fifty times a second, and which gives all files the same inode.
 */
final class CoarseDisk implements Disk {
  private static final long TICK = 20_000_000;

  @Override
  public Optional<Inode> inode(Path file) throws IOException {
    return Disk.real()
        .inode(file)
        .map(fine ->
            new Inode(7, fine.size(), fine.modified() / TICK * TICK, fine.changed() / TICK * TICK));
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    Disk.real().move(from, to);
  }

  @Override
  public void forceFile(Path file) throws IOException {
    Disk.real().forceFile(file);
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    Disk.real().forceFolder(folder);
  }
}
