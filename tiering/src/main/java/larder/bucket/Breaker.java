package larder.bucket;

import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Whether a place that has failed is worth asking: a time-out is paid once, by those who asked at
 * that moment, and after it nobody asks until a trial that no one waits for has shown that the
 * place works again.
 */
final class Breaker {
  /** How many failures in a row are too many, of those that cost no time. */
  private static final int MOST = 5;

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final InstantSource clock;
  private int failures; // guarded by this, in a row
  private boolean open; // guarded by this
  private Duration pause = FIRST_PAUSE; // guarded by this
  private Instant trial = Instant.MIN; // guarded by this, when the next one is due

  Breaker(InstantSource clock) {
    this.clock = clock;
  }

  synchronized boolean open() {
    return open;
  }

  /** Whether it is time for a trial, which the caller then makes. */
  synchronized boolean trialDue() {
    if (!open || clock.instant().isBefore(trial)) {
      return false;
    }
    trial = clock.instant().plus(LONGEST_PAUSE); // for as long as this one takes
    return true;
  }

  synchronized void worked() {
    failures = 0;
    open = false;
    pause = FIRST_PAUSE;
  }

  /**
   * What was under way when it opened tells nothing new, and that the asker was interrupted or in
   * trouble nothing of the place.
   */
  synchronized void failed(Exception e) {
    boolean askers =
        e instanceof LocalTroubleException
            || (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException));
    if (open || askers) {
      return;
    }
    failures++;
    if (failures >= MOST || costly(e)) {
      open = true;
      trial = clock.instant().plus(pause);
    }
  }

  synchronized void failedTrial() {
    Duration twice = pause.multipliedBy(2);
    pause = twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    trial = clock.instant().plus(pause);
  }

  private static boolean costly(Throwable e) {
    for (Throwable each = e; each != null; each = each.getCause()) {
      if (each instanceof SocketTimeoutException || each instanceof ConnectException) {
        return true;
      }
    }
    return false;
  }
}
