package larder.tiering;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Takes blobs that have left the index of a tier out of its store. */
final class Removals {
  private final String tier;
  private final BlobStore store;
  private final TierIndex index;
  private final Events events;
  private final InstantSource clock;

  Removals(String tier, BlobStore store, TierIndex index, Events events, InstantSource clock) {
    this.tier = tier;
    this.store = store;
    this.index = index;
    this.events = events;
    this.clock = clock;
  }

  /** Removes all that it can, and tells how many that were. */
  int evict(List<TierEntry> victims) {
    int gone = 0;
    for (TierEntry victim : victims) {
      if (removed(victim)) {
        index.left(victim);
        gone++;
        Instant last = Instant.ofEpochMilli(victim.lastAccess);
        events.on(new Event.Evicted(clock.instant(), tier, victim.key(), victim.size(), last));
      } else {
        index.stayed(victim);
      }
    }
    return gone;
  }

  /** Removes what may not be served, or keeps in mind that it could not be; false then. */
  boolean damaged(TierEntry entry) {
    boolean gone = removed(entry);
    if (gone) {
      index.left(entry);
    } else {
      index.stuck(entry);
    }
    return gone;
  }

  /** Removes what could not be removed before; false when none of it can be now. */
  boolean stuck() {
    boolean any = false;
    for (TierEntry entry : index.retry()) {
      any |= damaged(entry);
    }
    return any;
  }

  private boolean removed(TierEntry entry) {
    try {
      store.remove(entry.key());
      return true;
    } catch (IOException | RuntimeException e) {
      // Whatever it was: others may be waiting for what becomes of it.
      String key = entry.key().toString();
      events.on(new Event.TierFailed(clock.instant(), tier, "remove", key, e));
      return false;
    }
  }
}
