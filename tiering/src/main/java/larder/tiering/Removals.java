package larder.tiering;

import java.io.IOException;
import java.util.List;

/** Takes blobs that have left the index of a tier out of its store. */
final class Removals {
  private final BlobStore store;
  private final TierIndex index;
  private final TierNews news;

  Removals(BlobStore store, TierIndex index, TierNews news) {
    this.store = store;
    this.index = index;
    this.news = news;
  }

  /** Removes all that it can, and tells how many that were. */
  int evict(List<TierEntry> victims) {
    int gone = 0;
    for (TierEntry victim : victims) {
      if (removed(victim)) {
        index.left(victim);
        gone++;
        news.evicted(victim);
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
      news.failed("remove", entry.key(), e);
      return false;
    }
  }
}
