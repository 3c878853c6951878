package larder.tiering;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * What a tier holds and what it is charged for: resident blobs, reservations, and blobs that are on
 * their way out or unlinked but still open. Pure state behind one lock; it does no I/O.
 */
final class TierIndex {
  /*
   * A blob that is to go leaves the index and is charged as departing until it is off the medium and no one has it open.
   * The one who removes it from the store holds a pin meanwhile, so both ends are one count. Whoever finds that enough is
   * departing already waits for it instead of evicting more.
   */

  private final Tier.Bound bound;
  private final EvictionOrder order; // guarded by this
  private final InstantSource clock;

  private final Map<BlobKey, Entry> resident = new HashMap<>(); // guarded by this
  private final Map<BlobKey, Entry> leaving = new HashMap<>(); // guarded by this
  private long residentBytes; // guarded by this
  private long departingBytes; // guarded by this
  private long reservedBytes; // guarded by this
  private long unwrittenBytes; // guarded by this
  private boolean scanned; // guarded by this

  /** One blob; the fields are guarded by the index. */
  static final class Entry {
    private final BlobKey key;
    private final long size;
    private long lastAccess;
    private int pins;
    private boolean gone;

    private Entry(BlobKey key, long size, long lastAccess) {
      this.key = key;
      this.size = size;
      this.lastAccess = lastAccess;
    }

    BlobKey key() {
      return key;
    }

    long size() {
      return size;
    }
  }

  /** What becomes of a wish for room. */
  sealed interface Room {
    /** It is charged now. */
    record Granted() implements Room {}

    /** These have to be removed from the store first; then the wish has to be repeated. */
    record After(List<Entry> victims) implements Room {}

    /** There is none. */
    record None() implements Room {}
  }

  TierIndex(Tier.Bound bound, EvictionOrder order, InstantSource clock) {
    this.bound = bound;
    this.order = order;
    this.clock = clock;
  }

  synchronized long used() {
    return residentBytes + departingBytes + reservedBytes;
  }

  synchronized int blobs() {
    return resident.size();
  }

  /** Reserved bytes that are not on the medium yet. */
  synchronized long unwritten() {
    return unwrittenBytes;
  }

  synchronized boolean holds(BlobKey key) {
    return resident.containsKey(key);
  }

  /** Whether the store may hold a blob that the index does not know of yet. */
  synchronized boolean maybeUnseen(BlobKey key) {
    return !scanned && !leaving.containsKey(key);
  }

  synchronized void accessed(BlobKey key) {
    Entry entry = resident.get(key);
    if (entry != null) {
      touch(entry);
    }
  }

  /** Pins a resident blob; null when there is none. */
  synchronized @Nullable Entry pin(BlobKey key) {
    Entry entry = resident.get(key);
    if (entry != null) {
      entry.pins++;
      touch(entry);
    }
    return entry;
  }

  /** Pins a blob that was found in the store before the scan came to it. */
  synchronized Entry pinFound(BlobKey key, long size) {
    Entry entry = resident.get(key);
    if (entry == null) {
      entry = enter(new Entry(key, size, clock.millis()));
    }
    entry.pins++;
    return entry;
  }

  synchronized void unpin(Entry entry) {
    entry.pins--;
    if (entry.gone && entry.pins == 0) {
      departingBytes -= entry.size;
      notifyAll();
    }
  }

  /**
   * Grows a reservation.
   *
   * @param shortOfFloor how many bytes the medium lacks for it, given what is reserved but not
   *     written
   */
  synchronized Room grow(Reservation reservation, long total, long shortOfFloor) {
    while (true) {
      long more = total - reservation.bytes();
      long shortOfRoom = residentBytes + reservedBytes + more - bound.capacity();
      if (shortOfRoom + departingBytes <= 0 && shortOfFloor <= 0) {
        reservation.charge(total);
        reservedBytes += more;
        unwrittenBytes += more;
        return new Room.Granted();
      }
      long wanted = Math.max(shortOfRoom, shortOfFloor - departingBytes);
      if (wanted > 0) {
        List<Entry> victims = pick(wanted);
        return victims.isEmpty() ? new Room.None() : new Room.After(victims);
      }
      if (leaving.isEmpty()) {
        // What is still charged is unlinked but open, and nobody knows when it is closed.
        return new Room.None();
      }
      awaitChange();
      if (shortOfFloor > 0) {
        return new Room.After(List.of());
      }
    }
  }

  synchronized void wrote(Reservation reservation, long more) {
    long counted = Math.min(more, reservation.unwritten());
    reservation.wrote(counted);
    unwrittenBytes -= counted;
  }

  synchronized void release(Reservation reservation) {
    reservedBytes -= reservation.bytes();
    unwrittenBytes -= reservation.unwritten();
    reservation.charge(0);
    notifyAll();
  }

  /** Turns a reservation into a resident blob. */
  synchronized void admit(BlobKey key, long size, Reservation reservation) {
    release(reservation);
    Entry before = resident.get(key);
    if (before != null) {
      depart(before);
      unpin(before);
    }
    enter(new Entry(key, size, clock.millis()));
  }

  /**
   * Waits until a blob that is being removed is gone, so that a new one can take its place in the
   * store.
   */
  synchronized void awaitGone(BlobKey key) {
    while (leaving.containsKey(key)) {
      awaitChange();
    }
  }

  /**
   * Picks what has to go to fill the tier less, so that nobody has to wait for room; empty when
   * nothing has.
   */
  synchronized List<Entry> surplus(long shortOfFloor) {
    long filled = residentBytes + reservedBytes;
    long over = filled > bound.high() ? filled - bound.low() : 0;
    long wanted = Math.max(over, shortOfFloor - departingBytes);
    if (!scanned || wanted <= 0) {
      return List.of();
    }
    return pick(Math.min(wanted, residentBytes));
  }

  /** Picks what has to go to free so many bytes, or all that can go when that is less. */
  synchronized List<Entry> atLeast(long bytes) {
    return scanned ? pick(Math.min(bytes, residentBytes)) : List.of();
  }

  /**
   * Takes a blob from the index to have it removed from the store; empty when it is not resident.
   */
  synchronized Optional<Entry> leave(BlobKey key) {
    Entry entry = resident.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    leave(entry);
    return Optional.of(entry);
  }

  /** The blob is off the medium, but for those who have it open. */
  synchronized void left(Entry entry) {
    leaving.remove(entry.key, entry);
    unpin(entry);
    notifyAll();
  }

  /** The blob could not be removed from the store and may not be served: it stays charged. */
  synchronized void stuck(Entry entry) {
    leaving.remove(entry.key, entry);
    notifyAll();
  }

  /** The blob could not be removed from the store: it is resident as before. */
  synchronized void stayed(Entry entry) {
    left(entry);
    enter(new Entry(entry.key, entry.size, entry.lastAccess));
  }

  /** The store turned out not to hold a blob that the index knew; the caller's pin on it ends. */
  synchronized void vanished(Entry entry) {
    if (!entry.gone) {
      depart(entry);
      unpin(entry);
    }
    unpin(entry);
  }

  /** The scan has come to this blob. */
  synchronized void seen(BlobKey key, long size, Instant lastAccess) {
    if (!resident.containsKey(key) && !leaving.containsKey(key)) {
      enter(new Entry(key, size, lastAccess.toEpochMilli()));
    }
  }

  /** The scan has come to its end: what was found is ordered by its last access. */
  synchronized void scanDone() {
    List<Entry> found = new ArrayList<>(resident.values());
    found.sort(Comparator.comparingLong(entry -> entry.lastAccess));
    found.forEach(entry -> order.admitted(entry.key, entry.size));
    scanned = true;
    notifyAll();
  }

  /** Waits until all that the store holds is known. */
  synchronized void awaitScan() {
    while (!scanned) {
      awaitChange();
    }
  }

  private void touch(Entry entry) {
    entry.lastAccess = clock.millis();
    if (scanned) {
      order.accessed(entry.key);
    }
  }

  private Entry enter(Entry entry) {
    resident.put(entry.key, entry);
    residentBytes += entry.size;
    if (scanned) {
      order.admitted(entry.key, entry.size);
    }
    return entry;
  }

  private void leave(Entry entry) {
    depart(entry);
    leaving.put(entry.key, entry);
  }

  /** From resident to departing; the caller has a pin on it. */
  private void depart(Entry entry) {
    resident.remove(entry.key);
    if (scanned) {
      order.removed(entry.key);
    }
    residentBytes -= entry.size;
    departingBytes += entry.size;
    entry.gone = true;
    entry.pins++;
  }

  /** Marks unpinned blobs as leaving until they make up so many bytes; none when they cannot. */
  private List<Entry> pick(long wanted) {
    List<Entry> victims = new ArrayList<>();
    long sum = 0;
    for (Iterator<BlobKey> next = order.firstToGo(); sum < wanted && next.hasNext(); ) {
      Entry entry = resident.get(next.next());
      if (entry != null && entry.pins == 0 && entry.size > 0) {
        victims.add(entry);
        sum += entry.size;
      }
    }
    if (sum < wanted) {
      return List.of();
    }
    victims.forEach(this::leave);
    return victims;
  }

  @SuppressWarnings("WaitNotInLoop") // the callers loop
  private void awaitChange() {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for room");
    }
  }
}
