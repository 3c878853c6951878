package larder.tiering;

import java.io.InterruptedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a tier holds and what it is charged for: resident blobs, reservations, and blobs that are on
 * their way out or unlinked but still open. Pure state behind one lock; it does no I/O.
 */
final class TierIndex {
  /*
   * A blob that is to go leaves the index and is charged as departing until it is off the medium and no one has it open.
   * The one who removes it from the store holds a pin meanwhile, so both ends are one count. What will be free soon is
   * waited for before more is evicted; what is unlinked but open is not, since nobody knows when it is closed.
   */

  private final Bound bound;
  private final Scan scan; // guarded by this
  private final InstantSource clock;

  private final Map<BlobKey, TierEntry> resident = new HashMap<>(); // guarded by this
  private final Map<BlobKey, TierEntry> leaving = new HashMap<>(); // guarded by this
  private final Map<BlobKey, TierEntry> stuck = new HashMap<>(); // guarded by this
  private final Set<BlobKey> entering = new HashSet<>(); // guarded by this
  private final Charges charges = new Charges(); // guarded by this

  TierIndex(Bound bound, EvictionOrder<BlobKey> order, InstantSource clock) {
    this.bound = bound;
    this.scan = new Scan(order);
    this.clock = clock;
  }

  synchronized long used() {
    return charges.used();
  }

  synchronized int blobs() {
    return resident.size();
  }

  /** Reserved bytes that are not on the medium yet. */
  synchronized long unwritten() {
    return charges.unwritten();
  }

  /** The blobs of which this is true and that are in the store. */
  synchronized List<BlobKey> keys(Predicate<BlobKey> which) {
    return Stream.of(resident, stuck)
        .flatMap(each -> each.keySet().stream())
        .filter(which)
        .toList();
  }

  /** Whether the blob is in the store though it was to be removed. */
  synchronized boolean isStuck(BlobKey key) {
    return stuck.containsKey(key);
  }

  /** Whether the store may hold a blob that the index does not know of yet. */
  synchronized boolean maybeUnseen(BlobKey key) {
    return scan.mayMeet(key);
  }

  /** Of a resident blob, in bytes. */
  synchronized OptionalLong sizeOf(BlobKey key) {
    TierEntry entry = resident.get(key);
    return entry == null ? OptionalLong.empty() : OptionalLong.of(entry.size());
  }

  /** Pins a resident blob that is read, anew or on; null when there is none. */
  synchronized @Nullable TierEntry pin(BlobKey key, boolean anew) {
    TierEntry entry = hold(key);
    if (entry != null) {
      entry.lastAccess = clock.millis();
      scan.read(key, anew);
    }
    return entry;
  }

  /** Pins a resident blob that nobody asked for; null when there is none. */
  synchronized @Nullable TierEntry hold(BlobKey key) {
    TierEntry entry = resident.get(key);
    if (entry != null) {
      entry.pins++;
    }
    return entry;
  }

  /**
   * Pins a blob that was found in the store before the scan came to it; null when it has been
   * removed from the store meanwhile.
   */
  synchronized @Nullable TierEntry pinFound(BlobKey key, long size) {
    TierEntry entry = resident.get(key);
    if (entry == null && maybeUnseen(key)) {
      entry = enter(new TierEntry(key, size, clock.millis()));
    }
    if (entry != null) {
      entry.pins++;
    }
    return entry;
  }

  synchronized void unpin(TierEntry entry) {
    entry.pins--;
    if (entry.gone && entry.pins == 0) {
      charges.gone(entry.size());
      notifyAll();
    }
  }

  /**
   * Grows a reservation.
   *
   * @param shortOfFloor how many bytes the medium lacks for it, given what is reserved but not
   *     written
   */
  synchronized Room grow(Reservation reservation, long total, long shortOfFloor)
      throws InterruptedIOException {
    while (true) {
      long more = total - reservation.bytes();
      if (more > bound.capacity() || scan.failed()) {
        // A source may claim any size, and what a scan has not seen may take any room.
        return new Room.None();
      }
      long missing = Math.max(used() + more - bound.capacity(), shortOfFloor);
      if (missing <= 0) {
        charges.reserve(reservation, total);
        return new Room.Granted();
      }
      long wanted = missing - freeSoon();
      if (wanted > 0) {
        List<TierEntry> victims = pick(wanted, false);
        return victims.isEmpty() ? new Room.None() : new Room.After(victims);
      }
      awaitChange();
      if (shortOfFloor > 0) {
        return new Room.After(List.of());
      }
    }
  }

  synchronized void wrote(Reservation reservation, long more) {
    charges.wrote(reservation, more);
  }

  synchronized void release(Reservation reservation) {
    charges.release(reservation);
    notifyAll();
  }

  /**
   * Waits until a blob that is being removed is gone, so that a new one can take its place in the
   * store; from then until {@link #admit} or {@link #refused} no one removes it.
   */
  synchronized void admitting(BlobKey key) throws InterruptedIOException {
    while (leaving.containsKey(key) || entering.contains(key)) {
      awaitChange();
    }
    entering.add(key);
  }

  /** The store did not take the blob. */
  synchronized void refused(BlobKey key) {
    entering.remove(key);
    notifyAll();
  }

  /** Turns a reservation into a resident blob, which is pinned. */
  synchronized TierEntry admit(BlobKey key, long size, Reservation reservation) {
    entering.remove(key);
    release(reservation);
    TierEntry before = resident.get(key);
    if (before != null) {
      depart(before);
      unpin(before);
    }
    Optional.ofNullable(stuck.remove(key)).ifPresent(this::unpin);
    TierEntry entry = enter(new TierEntry(key, size, clock.millis()));
    entry.pins++;
    return entry;
  }

  /** Picks what has to go so that nobody has to wait for room; empty when nothing has. */
  synchronized List<TierEntry> surplus(long shortOfFloor) {
    long over = bound.over(charges.filled());
    return atLeast(Math.max(over, shortOfFloor - freeSoon()));
  }

  /** Picks what has to go to free so many bytes, or all that can go when that is less. */
  synchronized List<TierEntry> atLeast(long bytes) {
    return scan.done() && bytes > 0 ? pick(bytes, true) : List.of();
  }

  /** Takes a blob out to be removed; empty when it is not resident, or about to be replaced. */
  synchronized Optional<TierEntry> leave(BlobKey key) {
    return Optional.ofNullable(resident.get(key)).filter(this::leave);
  }

  /** The same for one copy of it; false when it is not resident, or about to be replaced. */
  synchronized boolean leave(TierEntry entry) {
    boolean may = resident.get(entry.key()) == entry && !entering.contains(entry.key());
    if (may) {
      depart(entry);
      leaving.put(entry.key(), entry);
    }
    return may;
  }

  /** The blob is off the medium, but for those who have it open. */
  synchronized void left(TierEntry entry) {
    leaving.remove(entry.key(), entry);
    unpin(entry);
    notifyAll();
  }

  /**
   * The blob could not be removed from the store and may not be served: it stays charged until
   * another one takes its place.
   */
  synchronized void stuck(TierEntry entry) {
    leaving.remove(entry.key(), entry);
    stuck.put(entry.key(), entry);
    notifyAll();
  }

  /** Takes up again what is stuck: each has to be removed from the store, or is stuck as before. */
  synchronized List<TierEntry> retry() {
    List<TierEntry> again = new ArrayList<>(stuck.values());
    again.removeIf(entry -> entering.contains(entry.key()));
    again.forEach(entry -> leaving.put(entry.key(), entry));
    stuck.keySet().removeAll(leaving.keySet());
    return again;
  }

  /** The blob could not be removed from the store: it is resident as before. */
  synchronized void stayed(TierEntry entry) {
    leaving.remove(entry.key(), entry);
    charges.gone(entry.size());
    entry.gone = false;
    entry.pins--;
    enter(entry);
    notifyAll();
  }

  /**
   * The store turned out not to hold a blob that the index knew; the caller's pin on it ends.
   *
   * @return whether it was resident until now
   */
  synchronized boolean vanished(TierEntry entry) {
    boolean known = !entry.gone;
    if (known) {
      depart(entry);
      unpin(entry);
    }
    unpin(entry);
    return known;
  }

  /** The scan has come to this blob. */
  synchronized void seen(BlobKey key, long size, Instant lastAccess) {
    if (!resident.containsKey(key) && maybeUnseen(key)) {
      enter(new TierEntry(key, size, lastAccess.toEpochMilli()));
    }
  }

  /** Whether the scan broke off: until one ends whole, there is no room for anything. */
  synchronized boolean scanFailed() {
    return scan.failed();
  }

  /** The scan has come to its end, or broken off. */
  synchronized void scanned(boolean whole) {
    scan.ended(whole, resident.values());
    notifyAll();
  }

  /** Waits until the first scan has ended. */
  synchronized void awaitScan() throws InterruptedIOException {
    while (scan.running()) {
      awaitChange();
    }
  }

  private TierEntry enter(TierEntry entry) {
    resident.put(entry.key(), entry);
    charges.entered(entry.size());
    scan.entered(entry);
    return entry;
  }

  /** From resident to departing; the caller has a pin on it. */
  private void depart(TierEntry entry) {
    resident.remove(entry.key());
    scan.left(entry.key());
    charges.departed(entry.size());
    entry.gone = true;
    entry.pins++;
  }

  /** How much is being removed that no one has open. */
  private long freeSoon() {
    return leaving.values().stream().mapToLong(TierEntry::freeOnceRemoved).sum();
  }

  /**
   * Marks unpinned blobs as leaving until they make up so many bytes; none when they cannot, unless
   * some are wanted too.
   */
  private List<TierEntry> pick(long wanted, boolean some) {
    List<TierEntry> victims = new ArrayList<>();
    long sum = 0;
    for (Iterator<BlobKey> next = scan.firstToGo(); sum < wanted && next.hasNext(); ) {
      TierEntry entry = resident.get(next.next());
      if (entry != null && entry.mayGo() && !entering.contains(entry.key())) {
        victims.add(entry);
        sum += entry.size();
      }
    }
    if (sum < wanted && !some) {
      return List.of();
    }
    victims.forEach(this::leave);
    return victims;
  }

  @SuppressWarnings("WaitNotInLoop") // the callers loop
  private void awaitChange() throws InterruptedIOException {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for room in a tier");
    }
  }
}
