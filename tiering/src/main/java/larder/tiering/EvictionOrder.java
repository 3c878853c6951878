package larder.tiering;

import java.util.Iterator;

/**
 * Which blob goes first when a tier needs room. Called by one thread at a time, by the tier that
 * owns it; it only orders and does no I/O. What a tier finds at its start is admitted in the order
 * of last accesses.
 */
public interface EvictionOrder {

  /** The tier now holds this blob. */
  void admitted(BlobKey key, long size);

  /** A resident blob was read. */
  void accessed(BlobKey key);

  /** The tier no longer holds this blob. */
  void removed(BlobKey key);

  /** The resident blobs, the first to go first. The order does not change while it is walked. */
  Iterator<BlobKey> firstToGo();
}
