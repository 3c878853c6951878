package larder.tiering;

import java.io.InterruptedIOException;
import java.time.Duration;

/** Waits before a broken source is asked again. */
@FunctionalInterface
public interface Pause {

  /** Sleeps on the calling thread. */
  Pause SLEEP =
      time -> {
        try {
          Thread.sleep(time);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("interrupted before asking a source again");
        }
      };

  void take(Duration time) throws InterruptedIOException;
}
