package larder.upstream;

import java.time.Duration;
import java.util.Optional;
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
    Deadline deadline = later(duration, expire);
    deadline.start();
    return deadline;
  }

  /** The same for a step that begins when the deadline is started, on this thread. */
  Deadline later(Duration duration, Runnable expire) {
    return new Deadline(duration, expire);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  /** One step's bound. */
  final class Deadline implements AutoCloseable {
    private final Duration duration;
    private final Runnable expire;
    private final AtomicBoolean passed = new AtomicBoolean();
    private Optional<ScheduledFuture<?>> expiry = Optional.empty();

    private Deadline(Duration duration, Runnable expire) {
      this.duration = duration;
      this.expire = expire;
    }

    /** The step begins. */
    void start() {
      expiry =
          Optional.of(
              timer.schedule(
                  () -> {
                    passed.set(true);
                    expire.run();
                  },
                  duration.toNanos(),
                  TimeUnit.NANOSECONDS));
    }

    boolean passed() {
      return passed.get();
    }

    /** The step is over. */
    @Override
    public void close() {
      expiry.ifPresent(running -> running.cancel(false));
    }
  }
}
