package larder.bucket;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import larder.tiering.BlobKey;
import larder.tiering.BlobStore.StoredBlob;
import larder.tiering.ByteRange;
import larder.tiering.PinnedBlob;
import larder.tiering.Tier;
import org.jspecify.annotations.Nullable;

/**
 * Puts blobs of a faster tier into the bucket, behind what clients wait for. What waits takes a key
 * of memory each and pins nothing; what there is no room for, or has left the tier when its turn
 * comes, is not put there, which is a miss later and no more.
 */
public final class Uploads implements Closeable {
  private static final Logger LOG = System.getLogger(Uploads.class.getName());

  /** How long one who purges waits for what is under way. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final Tier tier;
  private final Bucket bucket;
  private final int mostWaiting;
  private final int mostRunning;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("upload-", 0).factory());

  private final LinkedHashSet<BlobKey> waiting = new LinkedHashSet<>(); // guarded by this
  private final Set<BlobKey> running = new HashSet<>(); // guarded by this
  private int workers; // guarded by this
  private long shed; // guarded by this

  /**
   * @param mostWaiting how many blobs may wait for their turn
   * @param mostRunning how many are put at once
   */
  public Uploads(Tier tier, Bucket bucket, int mostWaiting, int mostRunning) {
    this.tier = tier;
    this.bucket = bucket;
    this.mostWaiting = mostWaiting;
    this.mostRunning = mostRunning;
  }

  /** Puts a blob into the bucket when its turn comes; one that waits already waits once. */
  public void offer(BlobKey key) {
    synchronized (this) {
      if (running.contains(key) || waiting.contains(key)) {
        return;
      }
      if (waiting.size() >= mostWaiting || bucket.leftAlone()) {
        shed++;
        return;
      }
      waiting.add(key);
      if (workers >= mostRunning) {
        return;
      }
      workers++;
    }
    try {
      threads.execute(this::work);
    } catch (RejectedExecutionException e) {
      // larder is stopping.
      synchronized (this) {
        workers--;
      }
    }
  }

  /** How many wait. */
  public synchronized int waiting() {
    return waiting.size();
  }

  /** How many have not been put there, since too many waited or the bucket failed. */
  public synchronized long shed() {
    return shed;
  }

  private void work() {
    for (Optional<BlobKey> next = next(); next.isPresent(); next = next()) {
      BlobKey key = next.get();
      try {
        upload(key);
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "an upload of " + key + " failed by a bug", e);
      } finally {
        ended(key);
      }
    }
  }

  private synchronized void ended(BlobKey key) {
    running.remove(key);
    notifyAll();
  }

  /**
   * Has some blobs be put there no more, and waits for those that are under way.
   *
   * @throws IOException when one of them takes too long
   */
  public synchronized void forget(Predicate<BlobKey> which) throws IOException {
    waiting.removeIf(which);
    long end = System.nanoTime() + LONGEST_WAIT.toNanos();
    while (running.stream().anyMatch(which)) {
      long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
      if (left <= 0) {
        throw new IOException(
            "%s is being written to %s; try again when it is there"
                .formatted(
                    running.stream().filter(which).findFirst().orElseThrow(), bucket.name()));
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while an upload ends");
      }
    }
  }

  private synchronized Optional<BlobKey> next() {
    Iterator<BlobKey> first = waiting.iterator();
    if (!first.hasNext() || threads.isShutdown()) {
      workers--;
      return Optional.empty();
    }
    BlobKey key = first.next();
    first.remove();
    running.add(key);
    return Optional.of(key);
  }

  private void upload(BlobKey key) {
    // Which is no access: nobody has asked for it.
    try (@Nullable PinnedBlob blob = tier.contents().open(key).orElse(null)) {
      if (blob != null && blob.trusted()) {
        bucket.write(
            key,
            Body.of(key.digest(), blob.length(), (into, position) -> read(blob, into, position)));
      }
    } catch (IOException e) {
      // The bucket has told of it, or who asks for the blob next finds what is wrong with it.
      synchronized (this) {
        shed++;
      }
    }
  }

  /** Ends what is under way; what waits is forgotten. */
  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }

  private static int read(StoredBlob blob, ByteBuffer into, long position) throws IOException {
    int most = (int) Math.min(into.remaining(), blob.length() - position);
    if (most <= 0) {
      return -1;
    }
    return (int) blob.transferTo(new ByteRange(position, most), new Filling(into));
  }

  /** Takes what is sent to it into a buffer. */
  private record Filling(ByteBuffer into) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer bytes) {
      int length = bytes.remaining();
      into.put(bytes);
      return length;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
