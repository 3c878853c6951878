package larder.tiering;

import java.time.Instant;
import java.util.Iterator;

/**
 * Which blob goes first when a tier needs room. Called by one thread at a time, by the tier that
 * owns it; it only orders and does no I/O.
 */
public interface EvictionOrder {

  /** The tier now holds this blob, last accessed at that time. */
  void admitted(BlobKey key, long size, Instant lastAccess);

  /** A resident blob was read. */
  void accessed(BlobKey key, Instant now);

  /** The tier no longer holds this blob. */
  void removed(BlobKey key);

  /** The resident blobs, the first to go first. The order may not be changed while it is walked. */
  Iterator<BlobKey> firstToGo();
}
