package larder.http;

import io.helidon.webserver.WebServer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The end of a server that its clients need not notice. Whoever sends them here is told first, and
 * has a moment in which connections are still taken; then requests in flight end within the
 * listeners' {@code shutdown-grace-period}.
 */
public final class Drain {
  private final Runnable unready;
  private final Duration notice;
  private final CountDownLatch hurried = new CountDownLatch(1);

  /**
   * @param unready makes readiness go down
   * @param notice how long connections are still taken after that
   */
  public Drain(Runnable unready, Duration notice) {
    this.unready = unready;
    this.notice = notice;
  }

  /** Stops a server; comes back when its requests have ended or the grace period is over. */
  public void stop(WebServer server) {
    unready.run();
    try {
      boolean _ = hurried.await(notice.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop();
  }

  /** Leaves out the rest of the notice. */
  public void hurry() {
    hurried.countDown();
  }
}
