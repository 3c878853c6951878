package larder.bucket;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;

/**
 * An object that is being read. Closing it early gives up what is left.
 *
 * @param size of the whole object in bytes
 * @param etag what tells it from one written later with other bytes
 * @param modified when it was written, by the store's clock
 * @param answered when the store answered, by the same clock
 * @param bytes from the one asked for to the end; fewer than there should be, or an exception, mean
 *     that the store broke
 */
public record StoredObject(
    long size, String etag, Instant modified, Instant answered, InputStream bytes)
    implements Closeable {

  /** How long ago it was written; no clock but the store's is asked. */
  public Duration age() {
    return Duration.between(modified, answered);
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
