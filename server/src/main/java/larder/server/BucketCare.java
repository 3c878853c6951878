package larder.server;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import larder.bucket.BreakerStore;
import larder.bucket.Condemned;
import larder.bucket.Conditions;
import larder.bucket.FleetKey;
import larder.janitor.Janitor;
import larder.janitor.Janitor.Swept;
import larder.lease.Leases;
import larder.tiering.Event;
import larder.tiering.Events;

/** Finds out what the bucket's store can do, and has cleared away what nobody needs there. */
final class BucketCare {
  private static final Logger LOG = Logger.getLogger(BucketCare.class.getName());

  /** How long all larders of the fleet leave alone what one has swept. */
  private static final Duration SWEEP_EVERY = Duration.ofHours(6);

  /** How long this larder leaves it alone when that went wrong. */
  private static final Duration AFTER_FAILURE = Duration.ofHours(1);

  /** Uploads take hours where a network is slow. */
  private static final Duration GRACE = Duration.ofDays(1);

  /** How long a janitor that died keeps the others from its work. */
  private static final Duration LEASE = Duration.ofMinutes(1);

  private final BreakerStore store;
  private final Condemned condemned;
  private final Optional<FleetKey> fleetKey;
  private final String holder;
  private final Events events;
  private final InstantSource clock;
  private final AtomicBoolean busy = new AtomicBoolean();

  /** Once it is known what the store can do. */
  private volatile Optional<Janitor> janitor = Optional.empty();

  /** Before that nothing is asked of the store. */
  private volatile Instant next = Instant.EPOCH;

  /**
   * @param cluster for people who look at leases
   */
  BucketCare(
      BreakerStore store,
      Condemned condemned,
      Optional<FleetKey> fleetKey,
      String cluster,
      Events events,
      InstantSource clock) {
    this.store = store;
    this.condemned = condemned;
    this.fleetKey = fleetKey;
    this.holder = cluster + ", process " + ProcessHandle.current().pid();
    this.events = events;
    this.clock = clock;
  }

  /** Says once what the store cannot do, and what is not configured to be done. */
  void begin() {
    if (fleetKey.isEmpty()) {
      LOG.info(
          "larder.fleet-key is not set: a tag that this larder has not seen is served only while upstream answers, though others may know it");
    }
    try {
      var _ = findOut();
    } catch (IOException e) {
      // The store has told of it; it is tried again before the first sweep.
    }
  }

  private Janitor findOut() throws IOException {
    Conditions kept = Conditions.of(store, new SecureRandom());
    boolean leases = kept.absent() && kept.unchanged();
    if (!leases) {
      LOG.warning(() ->
          "%s does not keep the conditions of writes (If-None-Match, If-Match): clusters may write the same there more than once, each clears away by itself what nobody needs, and else all is as with others"
              .formatted(store.name()));
    }
    Janitor made =
        new Janitor(
            store,
            condemned,
            leases ? Optional.of(leases()) : Optional.empty(),
            SWEEP_EVERY,
            GRACE);
    janitor = Optional.of(made);
    return made;
  }

  private Leases leases() {
    return new Leases(store, fleetKey, LEASE, holder, new SecureRandom(), System::nanoTime);
  }

  /**
   * Sweeps where that is due and nobody else does. Whether another does is asked each time, since
   * it may have died; what this one has done is not done again before the next is due.
   */
  void sweep() {
    if (!due() || busy.getAndSet(true)) {
      return;
    }
    next = clock.instant().plus(AFTER_FAILURE);
    try {
      Janitor known = janitor.isPresent() ? janitor.get() : findOut();
      Optional<Swept> swept = known.sweep();
      next = clock.instant();
      swept.ifPresent(this::tell);
    } catch (IOException e) {
      // The store has told of it.
    } finally {
      busy.set(false);
    }
  }

  private boolean due() {
    Duration left = Duration.between(clock.instant(), next);
    // More is left than ever was when the clock has been set back.
    return !left.isPositive() || left.compareTo(SWEEP_EVERY) > 0;
  }

  private void tell(Swept swept) {
    next = clock.instant().plus(SWEEP_EVERY);
    events.on(new Event.Swept(clock.instant(), swept.uploads(), swept.objects(), swept.records()));
  }
}
