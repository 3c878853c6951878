package larder.tiering;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a source did not give what it was asked for. The message names the source, what was asked and
 * what it said.
 */
public abstract sealed class SourceException extends IOException {
  private static final long serialVersionUID = 1;

  private SourceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The source does not have it. An answer, unless it keeps copies: no other source is asked. */
  public static final class Unknown extends SourceException {
    private static final long serialVersionUID = 1;

    public Unknown(String message) {
      super(message, null);
    }
  }

  /** The source does not let larder have it. An answer: no other source is asked. */
  public static final class Denied extends SourceException {
    private static final long serialVersionUID = 1;

    public Denied(String message) {
      super(message, null);
    }
  }

  /** The source has been asked too often. A failure: the next source is asked. */
  public static final class Throttled extends SourceException {
    private static final long serialVersionUID = 1;

    private final transient @Nullable Duration retryAfter;

    public Throttled(String message, Optional<Duration> retryAfter) {
      super(message, null);
      this.retryAfter = retryAfter.orElse(null);
    }

    /** How long the source asks to be left alone, where it says. */
    public Optional<Duration> retryAfter() {
      return Optional.ofNullable(retryAfter);
    }
  }

  /**
   * The source cannot be reached, fails, is silent or talks nonsense. A failure: the next source is
   * asked.
   */
  public static final class Unavailable extends SourceException {
    private static final long serialVersionUID = 1;

    private final boolean timedOut;

    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
      this.timedOut = cause instanceof java.io.InterruptedIOException;
    }

    /** Whether the source was silent for too long, rather than wrong. */
    public boolean timedOut() {
      return timedOut;
    }
  }
}
