package larder.upstream;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One kind of trouble for the operator to mend: logged when it begins and when it becomes another,
 * not each time that it is met, and not each time that it comes and goes.
 */
final class Complaint {
  private static final Logger LOG = Logger.getLogger(Complaint.class.getName());
  private static final Duration QUIET = Duration.ofMinutes(10);

  private final InstantSource clock;
  private String told = "";
  private Instant when = Instant.MIN;
  private volatile boolean over;

  Complaint(InstantSource clock) {
    this.clock = clock;
  }

  /** It was met. */
  void met(String message) {
    if (isNew(message)) {
      LOG.log(Level.WARNING, () -> message);
    }
  }

  /** All is well. */
  void over() {
    if (!over) {
      over = true;
    }
  }

  private synchronized boolean isNew(String message) {
    Instant now = clock.instant();
    boolean quiet = !now.isBefore(when) && Duration.between(when, now).compareTo(QUIET) < 0;
    if (message.equals(told) && (quiet || !over)) {
      return false;
    }
    told = message;
    when = now;
    over = false;
    return true;
  }
}
