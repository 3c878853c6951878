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

  /** Notes that the bytes of a blob found untrusted have now been hashed and are right. */
  void trust(BlobKey key) throws IOException;

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
  }
}
