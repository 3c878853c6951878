package larder.bucket;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Objects by key in a place that several larders use at once: a bucket, or a directory that stands
 * in for one. Each call is a request that takes time, may cost money and may fail. Keys are
 * relative to the prefix that the store was opened with; their parts are separated by {@code /}.
 * All methods may be called at once.
 *
 * <p>Trouble is an {@link IOException} that names the store, the object and what was tried; then
 * nothing is known of what a write did.
 */
public interface ObjectStore extends Closeable {

  /** For messages: what a person would call the place. */
  String name();

  /**
   * Reads an object; the caller closes it.
   *
   * @param from the first byte wanted, from 0 on
   * @return empty when there is no such object
   * @throws IOException also when the object has no byte {@code from}, unless that is 0
   */
  Optional<StoredObject> get(String key, long from) throws IOException;

  /** What is told of an object without reading it; empty when there is no such object. */
  Optional<Listed> look(String key) throws IOException;

  /**
   * Writes an object whole: whoever reads it meanwhile gets the old one or the new one. Where the
   * store does not keep conditions (see {@link Conditions}), it is written all the same.
   */
  Written put(String key, Body body, Condition condition) throws IOException;

  /** Removes an object; removing an absent one is no error. */
  void remove(String key) throws IOException;

  /**
   * Removes an object if it is the one that was read or written.
   *
   * @return false when it is another one, or none
   */
  boolean remove(String key, String etag) throws IOException;

  /**
   * Lists objects in the order of their keys, by bytes of UTF-8.
   *
   * @param prefix of their keys
   * @param after the last key of the page before; empty for the first page
   * @return at most 1,000; empty when there are no more
   */
  List<Listed> list(String prefix, String after) throws IOException;

  /**
   * Clears away what writes have left behind that will never come to their end.
   *
   * @param age of what is taken for that, by the store's clock
   * @return how many writes that were
   */
  int clear(Duration age, Hold hold) throws IOException;

  /** What must be so for a write to happen. */
  sealed interface Condition {
    /** Nothing. */
    record Always() implements Condition {}

    /** There is no such object. */
    record Absent() implements Condition {}

    /** The object is the one that was read or written. */
    record Unchanged(String etag) implements Condition {}
  }

  /** What became of a write. */
  sealed interface Written {
    /**
     * It happened.
     *
     * @param etag what tells this object from one written later with other bytes
     */
    record Stored(String etag) implements Written {}

    /** The condition did not hold, so that nothing was written. */
    record Refused() implements Written {}
  }

  /**
   * What is told of an object.
   *
   * @param size in bytes
   * @param modified when it was written, by the store's clock
   * @param answered when the store told so, by the same clock
   */
  record Listed(String key, long size, String etag, Instant modified, Instant answered) {
    /** How long ago it was written; no clock but the store's is asked. */
    public Duration age() {
      return Duration.between(modified, answered);
    }
  }
}
