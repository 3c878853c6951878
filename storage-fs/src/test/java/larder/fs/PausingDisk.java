package larder.fs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A disk that stops at chosen points until it is told to go on, or the process is killed there. */
public final class PausingDisk implements Disk {
  private final Disk disk;
  private final List<Pause> pauses = new CopyOnWriteArrayList<>();

  /** Where to stop. A forced path is a file or a folder; a moved one is where it is moved to. */
  public enum Phase {
    BEFORE_MOVE,
    AFTER_MOVE,
    BEFORE_FORCE,
    AFTER_FORCE
  }

  public PausingDisk(Disk disk) {
    this.disk = disk;
  }

  /** One point to stop at. */
  public static final class Pause {
    private final Phase phase;
    private final Predicate<Path> paths;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private Pause(Phase phase, Predicate<Path> paths) {
      this.phase = phase;
      this.paths = paths;
    }

    /** Waits until something has stopped here. */
    public void awaitReached(Duration atMost) throws InterruptedException {
      if (!reached.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new AssertionError("nothing came to " + phase + " within " + atMost);
      }
    }

    /** Lets everything go on that has stopped here, or will come here. */
    public void release() {
      released.countDown();
    }

    private void hold() throws IOException {
      reached.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted at " + phase);
      }
    }
  }

  /** Stops whatever comes to this phase with such a path. */
  public Pause pauseAt(Phase phase, Predicate<Path> paths) {
    Pause pause = new Pause(phase, paths);
    pauses.add(pause);
    return pause;
  }

  private void at(Phase phase, Path path) throws IOException {
    for (Pause pause : pauses) {
      if (pause.phase == phase && pause.paths.test(path)) {
        pause.hold();
      }
    }
  }

  @Override
  public Optional<Inode> inode(Path file) throws IOException {
    return disk.inode(file);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    at(Phase.BEFORE_MOVE, to);
    disk.move(from, to);
    at(Phase.AFTER_MOVE, to);
  }

  @Override
  public void forceFile(Path file) throws IOException {
    at(Phase.BEFORE_FORCE, file);
    disk.forceFile(file);
    at(Phase.AFTER_FORCE, file);
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    at(Phase.BEFORE_FORCE, folder);
    disk.forceFolder(folder);
    at(Phase.AFTER_FORCE, folder);
  }
}
