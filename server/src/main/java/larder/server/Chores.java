package larder.server;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What is done again and again, by one thread: nothing that waits for long. */
final class Chores implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Chores.class.getName());

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("larder-chores").factory());

  /** Has work done, for the first time after that period. */
  void every(Duration period, Runnable work) {
    var _ =
        timer.scheduleWithFixedDelay(
            () -> {
              try {
                work.run();
              } catch (RuntimeException e) {
                // A timer forgets work that threw.
                LOG.log(Level.SEVERE, "tidying failed", e);
              }
            },
            period.toMillis(),
            period.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() throws InterruptedException {
    Shutdown.end(timer);
  }
}
