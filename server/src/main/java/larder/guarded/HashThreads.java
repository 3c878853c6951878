package larder.guarded;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;

/**
 * Checks passwords on few platform threads: a hash keeps a processor for a tenth of a second, which
 * no virtual thread gives up meanwhile, so that all other clients would wait for it.
 */
final class HashThreads implements AutoCloseable {
  private final int count;
  private final Duration patience;
  private final BiPredicate<PasswordHash, byte[]> check;
  private final ExecutorService threads;

  /** As many permits as threads; in their order, so that nobody is overtaken for ever. */
  private final Semaphore free;

  enum Verdict {
    RIGHT,
    WRONG,
    /** Not checked: others were being checked all the time. */
    BUSY
  }

  /**
   * @param count of hashes at once
   * @param patience how long one waits for a thread
   */
  HashThreads(int count, Duration patience, BiPredicate<PasswordHash, byte[]> check) {
    this.count = count;
    this.patience = patience;
    this.check = check;
    this.free = new Semaphore(count, true);
    this.threads =
        Executors.newFixedThreadPool(
            count, Thread.ofPlatform().daemon().name("larder-password-", 0).factory());
  }

  Verdict check(PasswordHash hash, byte[] password) {
    int permits = permits(hash);
    try {
      if (!free.tryAcquire(permits, patience.toNanos(), TimeUnit.NANOSECONDS)) {
        return Verdict.BUSY;
      }
      return start(hash, password, permits).get() ? Verdict.RIGHT : Verdict.WRONG;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Verdict.BUSY;
    } catch (RejectedExecutionException e) {
      return Verdict.BUSY; // closed
    } catch (ExecutionException e) {
      throw new IllegalStateException("a password could not be checked", e.getCause());
    }
  }

  private Future<Boolean> start(PasswordHash hash, byte[] password, int permits) {
    try {
      return threads.submit(() -> {
        try {
          return check.test(hash, password);
        } finally {
          free.release(permits);
        }
      });
    } catch (RejectedExecutionException e) {
      free.release(permits);
      throw e;
    }
  }

  /** Such that all together take no more memory than the largest one. */
  private int permits(PasswordHash hash) {
    return Math.clamp(
        Math.ceilDiv((long) count * hash.memory(), PasswordHash.LARGEST_MEMORY), 1, count);
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
