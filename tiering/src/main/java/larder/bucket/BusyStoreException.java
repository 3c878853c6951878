package larder.bucket;

import java.io.IOException;

/** This process asks a store for too much at once, which says nothing of the store. */
public final class BusyStoreException extends IOException {
  private static final long serialVersionUID = 1;

  public BusyStoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
