package larder.tiering;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/**
 * How far an index has been made from its store, and in which order blobs go, which is not known
 * before. Pure state, guarded by the index.
 */
final class Scan {
  private final EvictionOrder<BlobKey> order;
  private final Set<BlobKey> left = new HashSet<>();
  private Stage stage = Stage.RUNNING;

  private enum Stage {
    RUNNING,
    FAILED,
    DONE
  }

  Scan(EvictionOrder<BlobKey> order) {
    this.order = order;
  }

  boolean running() {
    return stage == Stage.RUNNING;
  }

  /** Whether it broke off, so that nothing is known of what it has not seen. */
  boolean failed() {
    return stage == Stage.FAILED;
  }

  /** Whether all that the store holds is known. */
  boolean done() {
    return stage == Stage.DONE;
  }

  /** Whether the store may hold a blob that the index does not know. */
  boolean mayMeet(BlobKey key) {
    return !done() && !left.contains(key);
  }

  /**
   * It has come to its end, and what it found goes in the order of its last access; or it broke.
   */
  void ended(boolean whole, Collection<TierEntry> found) {
    stage = whole ? Stage.DONE : Stage.FAILED;
    if (whole) {
      left.clear();
      found.stream()
          .sorted(Comparator.comparingLong(entry -> entry.lastAccess))
          .forEach(this::entered);
    }
  }

  void entered(TierEntry entry) {
    if (done()) {
      order.admitted(entry.key(), entry.size());
    }
  }

  void read(BlobKey key, boolean anew) {
    if (!done()) {
      return;
    }
    if (anew) {
      order.accessed(key);
    } else {
      order.readOn(key);
    }
  }

  /** A blob has left the index: what is met of it from now on is from before. */
  void left(BlobKey key) {
    if (done()) {
      order.removed(key);
    } else {
      left.add(key);
    }
  }

  Iterator<BlobKey> firstToGo() {
    return order.firstToGo();
  }
}
