package larder.fsck;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import larder.tiering.Pause;

/** Keeps reading within a number of bytes a second, for all who read together. */
public final class Throttle {
  /** Shorter ones are not worth the call. */
  private static final long SHORTEST = Duration.ofMillis(10).toNanos();

  private final long perSecond;
  private final Pause pause;
  private final LongSupplier nanos;
  private long next; // guarded by this, when all that was read so far is paid for

  /**
   * @param perSecond in bytes, more than 0
   * @param nanos tells the time, from some moment on
   */
  public Throttle(long perSecond, Pause pause, LongSupplier nanos) {
    this.perSecond = perSecond;
    this.pause = pause;
    this.nanos = nanos;
    this.next = nanos.getAsLong();
  }

  /** One that holds nobody up. */
  public static Throttle none() {
    return new Throttle(Long.MAX_VALUE, _ -> {}, () -> 0);
  }

  /** Waits after so many bytes for as long as they may take. */
  public void read(long bytes) throws InterruptedIOException {
    long wait;
    synchronized (this) {
      long now = nanos.getAsLong();
      // Nothing is saved up: what was not read before is not caught up with.
      next = Math.max(next, now) + (long) (bytes * 1e9 / perSecond);
      wait = next - now;
    }
    if (wait >= SHORTEST) {
      pause.take(Duration.ofNanos(wait));
    }
  }
}
