package larder.tiering;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is in a tier, for those who look after it. None of what they do is an access. */
public final class TierContents {
  private final Tier tier;
  private final BlobStore store;
  private final TierIndex index;
  private final Removals removals;

  TierContents(Tier tier, BlobStore store, TierIndex index, Removals removals) {
    this.tier = tier;
    this.store = store;
    this.index = index;
    this.removals = removals;
  }

  /**
   * The blobs of which this is true and that are in the store, be they served or not.
   *
   * @throws IOException when it is not known what the tier holds
   */
  public List<BlobKey> keys(Predicate<BlobKey> which) throws IOException {
    awaitWholeScan();
    boolean _ = removals.stuck();
    return index.keys(which);
  }

  /**
   * Opens and pins a blob.
   *
   * @return empty when it is not resident
   * @throws IOException when it is, and cannot be opened; it stays resident
   */
  public Optional<PinnedBlob> open(BlobKey key) throws IOException {
    @Nullable TierEntry held = index.hold(key);
    if (held == null) {
      return Optional.empty();
    }
    Optional<BlobStore.StoredBlob> found = Optional.empty();
    try {
      found = store.find(key);
    } finally {
      if (found.isEmpty()) {
        index.unpin(held);
      }
    }
    if (found.isEmpty()) {
      throw new IOException("%s is not where the %s tier has put it".formatted(key, tier.name()));
    }
    return found.map(blob -> new PinnedBlob(blob, held, tier));
  }

  /**
   * Removes a blob because someone wants it gone; whoever reads it reads on.
   *
   * @return its size in bytes; empty when it was not resident
   * @throws IOException when it could not be removed, or it is not known what the tier holds; it is
   *     served no more, until a restart
   */
  public OptionalLong remove(BlobKey key) throws IOException {
    awaitWholeScan();
    Optional<TierEntry> entry = index.leave(key);
    boolean gone = entry.map(removals::damaged).orElseGet(() -> !index.isStuck(key));
    if (!gone) {
      throw new IOException(
          "%s could not be removed from the %s tier; the log says why".formatted(key, tier.name()));
    }
    return entry.map(TierEntry::size).map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  private void awaitWholeScan() throws IOException {
    index.awaitScan();
    if (index.scanFailed()) {
      throw new IOException(
          "it is not known what the %s tier holds, since it could not be read; the log says why"
              .formatted(tier.name()));
    }
  }
}
