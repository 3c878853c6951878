package larder.fs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A disk that refuses to make anything safe, when told to. */
public final class FailingDisk implements Disk {
  private volatile boolean failing;

  public void failForces(boolean fail) {
    failing = fail;
  }

  private void call(Path path) throws IOException {
    if (failing) {
      throw new IOException("Input/output error: " + path);
    }
  }

  @Override
  public Optional<Inode> inode(Path file) throws IOException {
    return Disk.real().inode(file);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    Disk.real().move(from, to);
  }

  @Override
  public void forceFile(Path file) throws IOException {
    call(file);
    Disk.real().forceFile(file);
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    call(folder);
    Disk.real().forceFolder(folder);
  }
}
