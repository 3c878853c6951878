package larder.tiering;

import java.io.IOException;

/** The bytes received are not the bytes named. */
public final class CorruptBlobException extends IOException {
  private static final long serialVersionUID = 1;

  public CorruptBlobException(BlobKey key, String from, String difference) {
    super(from + " sent other bytes than " + key + ": " + difference);
  }
}
