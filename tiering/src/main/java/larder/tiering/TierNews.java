package larder.tiering;

import java.time.Instant;
import java.time.InstantSource;

/** What a tier has to tell of its blobs. */
record TierNews(String tier, Events events, InstantSource clock) {
  void failed(String operation, Exception cause) {
    events.on(new Event.TierFailed(clock.instant(), tier, operation, "", cause));
  }

  void failed(String operation, BlobKey key, Exception cause) {
    events.on(new Event.TierFailed(clock.instant(), tier, operation, key.toString(), cause));
  }

  void damaged(BlobKey key) {
    events.on(new Event.Damaged(clock.instant(), tier, key));
  }

  void evicted(TierEntry victim) {
    Instant last = Instant.ofEpochMilli(victim.lastAccess);
    events.on(new Event.Evicted(clock.instant(), tier, victim.key(), victim.size(), last));
  }
}
