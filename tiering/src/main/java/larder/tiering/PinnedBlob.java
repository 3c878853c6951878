package larder.tiering;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/** A copy of a blob that its tier does not evict until it is closed. */
public final class PinnedBlob implements BlobStore.StoredBlob {
  private final BlobStore.StoredBlob blob;
  private final TierEntry copy;
  private final Tier tier;
  private final AtomicBoolean open = new AtomicBoolean(true);

  /**
   * @param copy with a pin that ends with this
   */
  PinnedBlob(BlobStore.StoredBlob blob, TierEntry copy, Tier tier) {
    this.blob = blob;
    this.copy = copy;
    this.tier = tier;
  }

  /** Whether both are of one copy: none took the place of another between them. */
  public boolean isOfCopy(PinnedBlob other) {
    return copy == other.copy;
  }

  /**
   * Removes this copy, whose bytes are wrong or cannot be read, so that the next request repairs
   * it; one that took its place meanwhile stays.
   */
  public void damaged() {
    tier.damaged(copy);
  }

  @Override
  public long length() {
    return blob.length();
  }

  @Override
  public boolean trusted() {
    return blob.trusted();
  }

  @Override
  public void trust() throws IOException {
    blob.trust();
  }

  @Override
  public OptionalLong size() {
    return blob.size();
  }

  @Override
  public Origin origin() {
    return blob.origin();
  }

  @Override
  public long transferTo(ByteRange range, WritableByteChannel to) throws IOException {
    return blob.transferTo(range, to);
  }

  @Override
  public void close() throws IOException {
    if (open.getAndSet(false)) {
      try {
        blob.close();
      } finally {
        tier.unpin(copy);
      }
    }
  }
}
