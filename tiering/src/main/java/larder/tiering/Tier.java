package larder.tiering;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A store within a hard bound. Room is reserved before the first byte is written; whatever is
 * reserved, resident, or removed but still open is charged. The index alone decides what is
 * resident. It is made from the store at the start, while blobs are already served by looking for
 * them. A store that fails is a miss, and one that does not tell what it holds takes nothing.
 */
public final class Tier implements Closeable {
  private final BlobStore store;
  private final Bound bound;
  private final TierIndex index;
  private final Removals removals;
  private final TierNews news;
  private final InstantSource clock;

  private Tier(
      String name,
      BlobStore store,
      Bound bound,
      EvictionOrder<BlobKey> order,
      Events events,
      InstantSource clock) {
    this.store = store;
    this.bound = bound;
    this.index = new TierIndex(bound, order, clock);
    this.news = new TierNews(name, events, clock);
    this.removals = new Removals(store, index, news);
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
      EvictionOrder<BlobKey> order,
      Events events,
      InstantSource clock) {
    Tier tier = new Tier(name, store, bound, order, events, clock);
    Thread.ofPlatform().daemon().name(name + "-scan").start(tier::scan);
    return tier;
  }

  /** For labels and messages. */
  public String name() {
    return news.tier();
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
    return index.sizeOf(key).isPresent();
  }

  /** Whether so many bytes more fit without any having to go, now or soon. */
  public boolean fits(long bytes) {
    return bound.over(index.used() + bytes) == 0 && shortOfFloor(bytes) <= 0;
  }

  /** Notes an access to a blob that was answered from a faster place. */
  public void accessed(BlobKey key) {
    @Nullable TierEntry entry = index.pin(key, true);
    if (entry != null) {
      index.unpin(entry);
    }
    store.accessed(key, clock.instant());
  }

  /** Waits until all that the store holds is known, or cannot be read now. */
  public void awaitScan() throws InterruptedIOException {
    index.awaitScan();
  }

  /** Opens and pins the blob, which is an access. */
  public Optional<PinnedBlob> find(BlobKey key) {
    return find(key, true);
  }

  /**
   * Opens and pins the blob.
   *
   * @param anew whether it is an access, and not the reading on of one
   */
  Optional<PinnedBlob> find(BlobKey key, boolean anew) {
    @Nullable TierEntry known = index.pin(key, anew);
    Optional<PinnedBlob> found = known == null ? findUnseen(key) : open(known);
    if (found.isPresent()) {
      store.accessed(key, clock.instant());
    }
    return found;
  }

  /**
   * Opens a resident blob.
   *
   * @param pinned by the caller; the pin ends with what is opened, or at once when nothing is
   */
  private Optional<PinnedBlob> open(TierEntry pinned) {
    Optional<BlobStore.StoredBlob> found = Optional.empty();
    boolean looked = false;
    try {
      found = store.find(pinned.key());
      looked = true;
    } catch (IOException e) {
      failed("find", pinned.key(), e);
    } finally {
      if (found.isEmpty()) {
        missed(pinned, looked);
      }
    }
    return found.map(blob -> new PinnedBlob(blob, pinned, this));
  }

  /** Looks for what the scan may not have come to yet. */
  private Optional<PinnedBlob> findUnseen(BlobKey key) {
    if (!index.maybeUnseen(key)) {
      return Optional.empty();
    }
    BlobStore.StoredBlob blob;
    try {
      Optional<BlobStore.StoredBlob> found = store.find(key);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      blob = found.get();
    } catch (IOException e) {
      failed("find", key, e);
      return Optional.empty();
    }
    @Nullable TierEntry pinned = index.pinFound(key, blob.length());
    if (pinned == null) {
      close(blob, key);
      return Optional.empty();
    }
    return Optional.of(new PinnedBlob(blob, pinned, this));
  }

  /** The blob's size in bytes, if the tier holds it. That is no access. */
  public OptionalLong sizeOf(BlobKey key) {
    OptionalLong known = index.sizeOf(key);
    if (known.isPresent() || !index.maybeUnseen(key)) {
      return known;
    }
    try {
      Optional<BlobStore.StoredBlob> found = store.find(key);
      found.ifPresent(blob -> close(blob, key));
      return found.map(Blob::size).orElse(known);
    } catch (IOException e) {
      failed("find", key, e);
      return known;
    }
  }

  private void missed(TierEntry known, boolean looked) {
    if (!looked) {
      index.unpin(known);
    } else if (index.vanished(known)) {
      news.damaged(known.key());
    }
  }

  private void close(BlobStore.StoredBlob blob, BlobKey key) {
    try {
      blob.close();
    } catch (IOException e) {
      failed("close", key, e);
    }
  }

  /**
   * Reserves room for a blob, evicting others when needed.
   *
   * @param bytes that will be written
   * @return empty when there is no room: the blob is larger than the tier, or all that could go is
   *     pinned
   */
  public Optional<Reservation> reserve(long bytes) throws InterruptedIOException {
    Reservation reservation = new Reservation(this);
    return grow(reservation, bytes) ? Optional.of(reservation) : Optional.empty();
  }

  /**
   * Takes over a verified file, whose reservation becomes its charge.
   *
   * @param size of the file in bytes
   * @return whether the store took it; if not, the file is still at its path and still charged
   */
  public boolean admit(BlobKey key, Path file, long size, Reservation reservation)
      throws InterruptedIOException {
    Optional<Runnable> unpin = admitPinned(key, file, size, reservation);
    unpin.ifPresent(Runnable::run);
    return unpin.isPresent();
  }

  /**
   * The same for a file that is still open.
   *
   * @return what ends the pin on the blob; empty when the store did not take it
   */
  Optional<Runnable> admitPinned(BlobKey key, Path file, long size, Reservation reservation)
      throws InterruptedIOException {
    index.admitting(key);
    boolean taken = false;
    try {
      store.put(key, file);
      taken = true;
    } catch (IOException e) {
      failed("put", key, e);
    } finally {
      if (!taken) {
        index.refused(key);
      }
    }
    if (!taken) {
      return Optional.empty();
    }
    TierEntry entry = index.admit(key, size, reservation);
    trim();
    return Optional.of(() -> index.unpin(entry));
  }

  /** Removes a copy whose bytes are wrong or cannot be read; one that took its place stays. */
  void damaged(TierEntry copy) {
    if (index.leave(copy)) {
      removals.damaged(copy);
      news.damaged(copy.key());
    }
  }

  void unpin(TierEntry copy) {
    index.unpin(copy);
  }

  /** What is in it, for those who look after it. */
  public TierContents contents() {
    return new TierContents(this, store, index, removals);
  }

  /**
   * Does what is due, on one thread at a time: reads again what the store holds if that has failed,
   * and makes room ahead of need.
   */
  public void tidy() {
    if (index.scanFailed()) {
      scan();
    } else {
      trim();
    }
  }

  /** Makes room ahead of need, when the tier is nearly full or the medium is. */
  public void trim() {
    removals.evict(index.surplus(shortOfFloor(0)));
  }

  @Override
  public void close() throws IOException {
    store.close();
  }

  boolean grow(Reservation reservation, long total) throws InterruptedIOException {
    index.awaitScan();
    while (true) {
      long shortOfFloor = shortOfFloor(total - reservation.bytes());
      switch (index.grow(reservation, total, shortOfFloor)) {
        case Room.Granted _ -> {
          return true;
        }
        case Room.None _ -> {
          if (!removals.stuck()) {
            return false;
          }
        }
        case Room.After(List<TierEntry> victims) -> {
          if (!victims.isEmpty() && removals.evict(victims) == 0) {
            return false;
          }
        }
      }
    }
  }

  /** Evicts so many bytes, since the medium took no more; false when nothing went. */
  boolean makeRoom(long bytes) {
    return removals.evict(index.atLeast(bytes)) > 0;
  }

  void wrote(Reservation reservation, long more) {
    index.wrote(reservation, more);
  }

  void release(Reservation reservation) {
    index.release(reservation);
  }

  /** How many bytes the medium lacks to take so many more and keep its free space. */
  private long shortOfFloor(long more) {
    try {
      return bound.minFree() + index.unwritten() + more - store.usableSpace();
    } catch (IOException e) {
      news.failed("usable-space", e);
      return 0;
    }
  }

  private void scan() {
    boolean whole = false;
    try {
      store.forEach(index::seen);
      whole = true;
    } catch (IOException e) {
      news.failed("scan", e);
    } finally {
      index.scanned(whole);
    }
    trim();
  }

  void failed(String operation, BlobKey key, Exception cause) {
    news.failed(operation, key, cause);
  }
}
