package larder.upstream;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** Remembers for a while that a registry answered a request for a part with the whole. */
final class NoRanges {
  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  private final InstantSource clock;
  private final AtomicReference<Instant> until = new AtomicReference<>(Instant.MIN);

  NoRanges(InstantSource clock) {
    this.clock = clock;
  }

  boolean known() {
    return clock.instant().isBefore(until.get());
  }

  void seen() {
    until.set(clock.instant().plus(REMEMBERED));
  }
}
