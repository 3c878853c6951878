package larder.http;

import io.helidon.webserver.CloseConnectionException;

/**
 * A body that ended before its time. Its connection is closed, since the client can tell by nothing
 * else.
 */
public final class CutShortException extends CloseConnectionException {
  private final long bytes;

  CutShortException(long bytes, String message, Throwable cause) {
    super(message, cause);
    this.bytes = bytes;
  }

  /** How many bytes of the body were sent; the client may have got fewer. */
  public long bytes() {
    return bytes;
  }
}
