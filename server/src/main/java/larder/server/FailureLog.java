package larder.server;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import larder.tiering.Event;
import larder.tiering.Events;

/**
 * Tells the operator what he has to act on: a tier that fails and blobs that were damaged. Of one
 * kind it logs a line in ten seconds, since a full disk fails thousands of times; the meters count
 * all.
 */
final class FailureLog implements Events {
  private static final Logger LOG = Logger.getLogger("larder.failures");
  private static final Duration QUIET = Duration.ofSeconds(10);

  private final ConcurrentMap<String, Instant> logged = new ConcurrentHashMap<>();

  @Override
  public void on(Event event) {
    switch (event) {
      case Event.TierFailed failed -> {
        String kind = failed.tier() + " " + failed.operation();
        if (due(kind, failed.time())) {
          LOG.log(
              Level.WARNING,
              () ->
                  "the %s tier failed at %s, and requests go on without it: %s"
                      .formatted(failed.tier(), what(failed), failed.cause()));
        }
      }
      case Event.Damaged damaged -> {
        if (due("damaged", damaged.time())) {
          LOG.log(
              Level.WARNING,
              () ->
                  "%s in the %s tier was damaged or gone; it is fetched again when it is asked for"
                      .formatted(damaged.key(), damaged.tier()));
        }
      }
      case Event.Filled filled -> {
        if (filled.outcome() == Event.Outcome.CORRUPT && due("corrupt", filled.time())) {
          LOG.log(Level.WARNING, () -> "wrong bytes came for " + filled.key());
        }
      }
      case Event.Served _,
          Event.Fetched _,
          Event.Stored _,
          Event.Evicted _,
          Event.Swept _,
          Event.Scrubbed _ -> {}
    }
  }

  private static String what(Event.TierFailed failed) {
    return failed.key().isEmpty() ? failed.operation() : failed.operation() + " of " + failed.key();
  }

  private boolean due(String kind, Instant now) {
    Instant last = logged.get(kind);
    if (last != null && now.isBefore(last.plus(QUIET))) {
      return false;
    }
    logged.put(kind, now);
    return true;
  }
}
