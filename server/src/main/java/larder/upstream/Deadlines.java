package larder.upstream;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds on whole steps. A socket's time-out only bounds the wait for the next byte, which a host
 * may send one at a time.
 */
final class Deadlines implements AutoCloseable {
  private final ScheduledThreadPoolExecutor timer;

  Deadlines() {
    timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("upstream-deadlines").factory());
    timer.setRemoveOnCancelPolicy(true);
    // After the end nothing is bounded any more: what still runs is cut off with its connection.
    timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  /** Runs {@code expire}, which must be quick, unless the deadline is met in time. */
  Deadline in(Duration duration, Runnable expire) {
    var passed = new AtomicBoolean();
    ScheduledFuture<?> expiry =
        timer.schedule(
            () -> {
              passed.set(true);
              expire.run();
            },
            duration.toNanos(),
            TimeUnit.NANOSECONDS);
    return new Deadline(expiry, passed);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  /** One step's bound. */
  static final class Deadline implements AutoCloseable {
    private final ScheduledFuture<?> expiry;
    private final AtomicBoolean passed;

    private Deadline(ScheduledFuture<?> expiry, AtomicBoolean passed) {
      this.expiry = expiry;
      this.passed = passed;
    }

    boolean passed() {
      return passed.get();
    }

    /** The step is over. */
    @Override
    public void close() {
      expiry.cancel(false);
    }
  }
}
