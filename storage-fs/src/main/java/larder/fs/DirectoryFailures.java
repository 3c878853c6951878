package larder.fs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;

/** What the file system says, with what was tried. */
final class DirectoryFailures {
  private DirectoryFailures() {}

  /**
   * @param what was tried, on what
   */
  static IOException of(String what, IOException e) {
    if (e instanceof ClosedByInterruptException) {
      InterruptedIOException interrupted = new InterruptedIOException("interrupted: " + what);
      interrupted.initCause(e);
      return interrupted;
    }
    String kind = e.getClass() == IOException.class ? "" : e.getClass().getSimpleName() + ": ";
    return new IOException(what + ": " + kind + e.getMessage(), e);
  }
}
