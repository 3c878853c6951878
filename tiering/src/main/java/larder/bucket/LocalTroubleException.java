package larder.bucket;

import java.io.IOException;

/**
 * Trouble on this side of a request, which says nothing of the store: all connections are in use,
 * or what was to be written cannot be read.
 */
public final class LocalTroubleException extends IOException {
  private static final long serialVersionUID = 1;

  public LocalTroubleException(String message, Throwable cause) {
    super(message, cause);
  }
}
