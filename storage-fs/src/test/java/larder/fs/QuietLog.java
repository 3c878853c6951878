package larder.fs;

import java.io.Closeable;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps the warnings of this package to itself, where a test provokes thousands of them. */
final class QuietLog implements Closeable {
  private final Logger logger = Logger.getLogger("larder.fs");

  QuietLog() {
    logger.setLevel(Level.OFF);
  }

  @Override
  public void close() {
    logger.setLevel(null);
  }
}
