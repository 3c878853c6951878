package larder.server;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What has been opened, to be closed the other way round: each thing while all that it uses is
 * still there.
 */
final class Shutdown implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Shutdown.class.getName());

  /** How long work that no client waits for may take at the end. */
  private static final Duration LAST_WORK = Duration.ofSeconds(5);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /** Takes note of something that has been opened. */
  synchronized <T extends AutoCloseable> T closes(T resource) {
    opened.push(resource);
    return resource;
  }

  @Override
  @SuppressWarnings("InterruptedExceptionSwallowed") // whatever fails, the rest is closed
  public void close() {
    for (Optional<AutoCloseable> next = last(); next.isPresent(); next = last()) {
      try {
        next.get().close();
      } catch (Exception e) {
        LOG.log(Level.WARNING, "something did not close: " + e.getMessage(), e);
      }
    }
  }

  /** Ends work that no client waits for. */
  static void end(ExecutorService work) throws InterruptedException {
    work.shutdown();
    if (!work.awaitTermination(LAST_WORK.toSeconds(), TimeUnit.SECONDS)) {
      work.shutdownNow();
    }
  }

  private synchronized Optional<AutoCloseable> last() {
    return Optional.ofNullable(opened.poll());
  }
}
