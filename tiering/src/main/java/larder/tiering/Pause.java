package larder.tiering;

import java.io.InterruptedIOException;
import java.time.Duration;

/** Waits before something is tried again, or goes on. */
@FunctionalInterface
public interface Pause {

  /** Sleeps on the calling thread. */
  Pause SLEEP =
      time -> {
        try {
          Thread.sleep(time);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("interrupted while waiting to go on");
        }
      };

  void take(Duration time) throws InterruptedIOException;
}
