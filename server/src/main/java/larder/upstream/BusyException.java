package larder.upstream;

import java.io.InterruptedIOException;

/** All connections that larder may have to an upstream were in use for too long. */
public final class BusyException extends InterruptedIOException {
  private static final long serialVersionUID = 1;

  BusyException(String upstream) {
    super(
        "larder has as many connections to %s as it may: raise the limit of open files, or give it a larger heap"
            .formatted(upstream));
  }
}
