package larder.tiering;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A store within a hard bound. Room is reserved before the first byte is written; whatever is
 * reserved, resident, or removed but still open is charged. The index alone decides what is
 * resident. It is made from the store at the start, while blobs are already served by looking for
 * them. A store that fails is a miss.
 */
public final class Tier implements Closeable {
  private final String name;
  private final BlobStore store;
  private final Bound bound;
  private final TierIndex index;
  private final Events events;
  private final InstantSource clock;

  /**
   * How much a tier may hold.
   *
   * @param capacity in bytes
   * @param minFree how much of the medium stays free, in bytes
   */
  public record Bound(long capacity, long minFree) {
    /** Above this many bytes the tier makes room ahead of need. */
    long high() {
      return capacity - capacity / 20;
    }

    /** Down to this many bytes it does so. */
    long low() {
      return capacity - capacity / 10;
    }
  }

  private Tier(
      String name,
      BlobStore store,
      Bound bound,
      EvictionOrder order,
      Events events,
      InstantSource clock) {
    this.name = name;
    this.store = store;
    this.bound = bound;
    this.index = new TierIndex(bound, order, clock);
    this.events = events;
    this.clock = clock;
  }

  /**
   * Serves from the store at once, and reads beside that what it holds. Closing the tier closes the
   * store.
   */
  public static Tier open(
      String name,
      BlobStore store,
      Bound bound,
      EvictionOrder order,
      Events events,
      InstantSource clock) {
    Tier tier = new Tier(name, store, bound, order, events, clock);
    Thread.ofPlatform().daemon().name(name + "-scan").start(tier::scan);
    return tier;
  }

  /** For labels and messages. */
  public String name() {
    return name;
  }

  /** In bytes. */
  public long capacity() {
    return bound.capacity();
  }

  /** Charged bytes: resident, reserved, and removed but still open. */
  public long used() {
    return index.used();
  }

  /** How many blobs are resident. */
  public int blobs() {
    return index.blobs();
  }

  /** Whether the blob is resident, by the index alone: it may be asked under a lock. */
  public boolean holds(BlobKey key) {
    return index.holds(key);
  }

  /** Notes an access to a blob that was answered from a faster place. */
  public void accessed(BlobKey key) {
    index.accessed(key);
    store.accessed(key, clock.instant());
  }

  /** Waits until all that the store holds is known. */
  public void awaitScan() {
    index.awaitScan();
  }

  /** Opens and pins the blob. */
  public Optional<BlobStore.StoredBlob> find(BlobKey key) {
    TierIndex.@Nullable Entry known = index.pin(key);
    if (known == null && !index.maybeUnseen(key)) {
      return Optional.empty();
    }
    Optional<BlobStore.StoredBlob> found;
    try {
      found = store.find(key);
    } catch (IOException e) {
      failed("find", key, e);
      if (known != null) {
        index.unpin(known);
      }
      return Optional.empty();
    }
    if (found.isEmpty()) {
      if (known != null) {
        index.vanished(known);
        events.on(new Event.Damaged(clock.instant(), name, key));
      }
      return Optional.empty();
    }
    store.accessed(key, clock.instant());
    BlobStore.StoredBlob blob = found.get();
    TierIndex.Entry pinned = known == null ? index.pinFound(key, blob.length()) : known;
    return Optional.of(new PinnedBlob(blob, () -> index.unpin(pinned)));
  }

  /**
   * Reserves room for a blob, evicting others when needed.
   *
   * @param bytes that will be written
   * @return empty when there is no room: the blob is larger than the tier, or all that could go is
   *     pinned
   */
  public Optional<Reservation> reserve(long bytes) {
    Reservation reservation = new Reservation(this);
    return grow(reservation, bytes) ? Optional.of(reservation) : Optional.empty();
  }

  /**
   * Takes over a verified file, whose reservation becomes its charge.
   *
   * @param size of the file in bytes
   * @return whether the store took it; if not, the file is still at its path and still charged
   */
  public boolean admit(BlobKey key, Path file, long size, Reservation reservation) {
    index.awaitGone(key);
    try {
      store.put(key, file);
    } catch (IOException e) {
      failed("put", key, e);
      return false;
    }
    index.admit(key, size, reservation);
    trim();
    return true;
  }

  /** Removes a blob whose bytes are wrong or cannot be read. */
  public void damaged(BlobKey key) {
    Optional<TierIndex.Entry> entry = index.leave(key);
    if (entry.isEmpty()) {
      return;
    }
    try {
      store.remove(key);
      index.left(entry.get());
    } catch (IOException e) {
      failed("remove", key, e);
      index.stuck(entry.get());
    }
    events.on(new Event.Damaged(clock.instant(), name, key));
  }

  /** Makes room ahead of need, when the tier is nearly full or the medium is. */
  public void trim() {
    evict(index.surplus(shortOfFloor(0)));
  }

  @Override
  public void close() throws IOException {
    store.close();
  }

  boolean grow(Reservation reservation, long total) {
    index.awaitScan();
    while (true) {
      long shortOfFloor = shortOfFloor(total - reservation.bytes());
      switch (index.grow(reservation, total, shortOfFloor)) {
        case TierIndex.Room.Granted _ -> {
          return true;
        }
        case TierIndex.Room.None _ -> {
          return false;
        }
        case TierIndex.Room.After(List<TierIndex.Entry> victims) -> {
          if (!evict(victims)) {
            return false;
          }
        }
      }
    }
  }

  /**
   * Evicts so many bytes though the bound does not ask for it, since the medium took no more; false
   * when nothing went.
   */
  boolean makeRoom(long bytes) {
    List<TierIndex.Entry> victims = index.atLeast(bytes);
    return !victims.isEmpty() && evict(victims);
  }

  void wrote(Reservation reservation, long more) {
    index.wrote(reservation, more);
  }

  void release(Reservation reservation) {
    index.release(reservation);
  }

  private boolean evict(List<TierIndex.Entry> victims) {
    boolean all = true;
    for (TierIndex.Entry victim : victims) {
      try {
        store.remove(victim.key());
        index.left(victim);
        events.on(new Event.Evicted(clock.instant(), name, victim.key(), victim.size()));
      } catch (IOException e) {
        failed("remove", victim.key(), e);
        index.stayed(victim);
        all = false;
      }
    }
    return all;
  }

  /** How many bytes the medium lacks to take so many more and keep its free space. */
  private long shortOfFloor(long more) {
    try {
      return bound.minFree() + index.unwritten() + more - store.usableSpace();
    } catch (IOException e) {
      events.on(new Event.TierFailed(clock.instant(), name, "usable-space", "", e));
      return 0;
    }
  }

  private void scan() {
    try {
      store.forEach(index::seen);
    } catch (IOException e) {
      events.on(new Event.TierFailed(clock.instant(), name, "scan", "", e));
    } finally {
      index.scanDone();
    }
    trim();
  }

  void failed(String operation, BlobKey key, IOException cause) {
    events.on(new Event.TierFailed(clock.instant(), name, operation, key.toString(), cause));
  }
}
