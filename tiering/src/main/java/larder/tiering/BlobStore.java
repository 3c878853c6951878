package larder.tiering;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * Whole blobs kept by key: what a tier is made of. It receives complete and verified files only, so
 * no half-written state crosses it. All methods may be called at once; for one key, {@link #put}
 * and {@link #remove} are not.
 */
public interface BlobStore extends Closeable {

  /**
   * Opens the blob, or answers empty when this store does not hold it. Whatever stands in the way
   * of reading it (a directory of that name, no permission) counts as not holding it.
   *
   * @throws IOException when the store itself fails, so that nothing is known of the blob
   */
  Optional<StoredBlob> find(BlobKey key) throws IOException;

  /**
   * Takes over a complete, verified file; afterwards the blob is found and trusted, and the file is
   * no longer at its path. Storing a blob twice is no error, and whatever else stands in its place
   * is replaced.
   */
  void put(BlobKey key, Path file) throws IOException;

  /** Forgets the blob; forgetting an absent one is no error. Open handles stay readable. */
  void remove(BlobKey key) throws IOException;

  /**
   * Notes that a blob was read, so that {@link #forEach} of a later process can say so. Does no
   * I/O; what was noted last may be lost.
   */
  void accessed(BlobKey key, Instant now);

  /**
   * Reports every blob held, in no order; a blob stored or removed meanwhile may or may not be
   * among them.
   */
  void forEach(Visitor visitor) throws IOException;

  /**
   * Room on the medium in bytes, where it is bounded by more than the tier's own capacity; else a
   * very large number.
   */
  long usableSpace() throws IOException;

  /** Receives what a store holds. */
  interface Visitor {
    /**
     * @param size in bytes
     * @param lastAccess as far as the store knows it
     */
    void blob(BlobKey key, long size, Instant lastAccess);
  }

  /** A blob opened from a store: its size is known. */
  interface StoredBlob extends Blob {
    /** In bytes, as the store has it. */
    long length();

    /**
     * Whether the bytes are known to be those named; otherwise the reader has to have them hashed
     * along.
     */
    boolean trusted();

    /**
     * Notes that all bytes of this handle have been hashed and are right: from now on the blob is
     * found trusted, unless something else has taken its place meanwhile.
     */
    void trust() throws IOException;
  }
}
