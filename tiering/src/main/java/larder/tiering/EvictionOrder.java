package larder.tiering;

import java.util.Iterator;

/**
 * Which blob goes first when a tier needs room. Called by one thread at a time, by the tier that
 * owns it; it only orders and does no I/O. What a tier finds at its start is admitted in the order
 * of last accesses.
 *
 * @param <K> what tells blobs apart
 */
public interface EvictionOrder<K> {

  /**
   * The tier now holds this blob.
   *
   * @param size in bytes
   */
  void admitted(K key, long size);

  /** A resident blob was asked for, from its beginning on. */
  void accessed(K key);

  /** Someone who had asked for a resident blob before reads on in it. */
  void readOn(K key);

  /** The tier no longer holds this blob. */
  void removed(K key);

  /**
   * The resident blobs, the first to go first. Nothing else is called while they are walked, and
   * whoever walks need not come to the end.
   */
  Iterator<K> firstToGo();
}
