package larder.fs;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import larder.tiering.BlobKey;

/**
 * Makes verified files safe from power cuts, on a thread of its own, and only then puts what is
 * known of them on file.
 */
final class Durability implements Closeable {
  /*
   * Order is all: bytes, then the folder that has the name, then the record. A record that outlives a power cut vouches
   * for bytes that did too. Files that come while others are being forced wait and make the next batch.
   */
  private static final Logger LOG = System.getLogger(Durability.class.getName());
  private static final int LARGEST_BATCH = 1000;
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

  private final DataDirectory directory;
  private final Disk disk;
  private final Map<BlobKey, FileRecord> records;
  private final RecordFile file;
  private final Duration rewriteEvery;
  private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
  private final Set<Path> settled = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean open = new AtomicBoolean(true);
  private final Thread thread;
  private volatile boolean changed = true;

  private sealed interface Task {
    /** Make this file safe. */
    record Force(BlobKey key, FileRecord record) implements Task {}

    /** Tell that all tasks before this one are done. */
    record Tell(CountDownLatch done) implements Task {}

    /** Do what is left, and end. */
    record Stop() implements Task {}
  }

  /**
   * @param records of the store; those on file are among them
   * @param rewriteEvery how often the file is written anew when something has changed
   */
  Durability(
      DataDirectory directory,
      Disk disk,
      Map<BlobKey, FileRecord> records,
      RecordFile file,
      Duration rewriteEvery) {
    this.directory = directory;
    this.disk = disk;
    this.records = records;
    this.file = file;
    this.rewriteEvery = rewriteEvery;
    this.thread = Thread.ofPlatform().daemon().name("larder-durability").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Queues a verified file. */
  void add(BlobKey key, FileRecord record) {
    tasks.add(new Task.Force(key, record));
  }

  /** To be told before a folder is made: its name has to be made safe too. */
  void unsettle(Path folder) {
    settled.remove(folder);
  }

  /** Something that belongs on file has changed; it may wait. */
  void changed() {
    if (!changed) {
      changed = true;
    }
  }

  /** Waits until all files queued so far are safe, or were given up. */
  void await() throws InterruptedException {
    if (!open.get()) {
      return;
    }
    CountDownLatch done = new CountDownLatch(1);
    tasks.add(new Task.Tell(done));
    while (!done.await(1, TimeUnit.SECONDS)) {
      if (!thread.isAlive()) {
        throw new IllegalStateException("the thread that makes blobs safe has died");
      }
    }
  }

  /** Finishes the queue; a medium that does not answer is not waited for. */
  @Override
  public void close() throws IOException {
    if (!open.getAndSet(false)) {
      return;
    }
    tasks.add(new Task.Stop());
    try {
      if (!thread.join(LONGEST_CLOSE)) {
        LOG.log(
            Level.WARNING,
            "the medium of "
                + directory.path()
                + " is slow; the blobs stored last will be hashed when they are next read");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    rewrite();
    long rewritten = System.nanoTime();
    boolean stopping = false;
    while (!stopping) {
      stopping = work(take(rewriteEvery.toNanos() - (System.nanoTime() - rewritten)));
      if (stopping || System.nanoTime() - rewritten >= rewriteEvery.toNanos()) {
        rewrite();
        rewritten = System.nanoTime();
      }
    }
  }

  /** What is queued, waiting for something so many nanoseconds at most. */
  private List<Task> take(long nanos) {
    List<Task> taken = new ArrayList<>();
    try {
      Task first = tasks.poll(nanos, TimeUnit.NANOSECONDS);
      if (first != null) {
        taken.add(first);
        tasks.drainTo(taken, LARGEST_BATCH);
      }
    } catch (InterruptedException _) {
      taken.add(new Task.Stop());
    }
    return taken;
  }

  /** Whether to end afterwards. */
  private boolean work(List<Task> taken) {
    List<Task.Force> forces = new ArrayList<>();
    boolean stop = false;
    for (Task task : taken) {
      switch (task) {
        case Task.Force force -> forces.add(force);
        case Task.Stop() -> stop = true;
        case Task.Tell _ -> {}
      }
    }
    if (!forces.isEmpty()) {
      secure(forces);
    }
    for (Task task : taken) {
      if (task instanceof Task.Tell(CountDownLatch done)) {
        done.countDown();
      }
    }
    return stop;
  }

  private void secure(List<Task.Force> forces) {
    Map<Path, List<RecordLine>> byFolder = new LinkedHashMap<>();
    for (Task.Force force : forces) {
      if (records.get(force.key()) == force.record() && forceFile(force)) {
        byFolder
            .computeIfAbsent(directory.folder(force.key()), _ -> new ArrayList<>())
            .add(new RecordLine(force.key(), force.record()));
      }
    }
    List<RecordLine> safe = new ArrayList<>();
    byFolder.forEach((folder, lines) -> {
      if (forceFolder(folder)) {
        safe.addAll(lines);
      }
    });
    safe.forEach(line -> line.record().become(FileRecord.State.DURABLE));
    try {
      file.append(safe);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "cannot note which blobs are sound in " + directory.path() + ": " + e);
      changed();
    }
  }

  private boolean forceFile(Task.Force force) {
    Path place = directory.place(force.key());
    try {
      disk.forceFile(place);
      return true;
    } catch (NoSuchFileException _) {
      return false;
    } catch (IOException e) {
      // The system may now take pages for written that are not, and will not fail again for them.
      force.record().become(FileRecord.State.DOUBTFUL);
      LOG.log(
          Level.WARNING, "cannot force " + place + ", which is hashed at each reading now: " + e);
      return false;
    }
  }

  private boolean forceFolder(Path folder) {
    try {
      disk.forceFolder(folder);
      if (settled.add(folder)) {
        forceAbove(folder);
      }
      return true;
    } catch (IOException e) {
      settled.remove(folder);
      LOG.log(
          Level.WARNING, "cannot force " + folder + ", whose new blobs a power cut may take: " + e);
      return false;
    }
  }

  private void forceAbove(Path folder) throws IOException {
    Path root = directory.path();
    for (Path above = folder.getParent();
        above != null && above.startsWith(root);
        above = above.getParent()) {
      disk.forceFolder(above);
    }
  }

  private void rewrite() {
    if (!changed) {
      return;
    }
    changed = false;
    try {
      file.rewrite(records);
    } catch (IOException e) {
      changed = true;
      LOG.log(Level.WARNING, "cannot note which blobs are sound in " + directory.path() + ": " + e);
    }
  }
}
