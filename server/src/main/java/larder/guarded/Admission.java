package larder.guarded;

import java.time.Duration;
import java.util.Optional;

/** What became of an approach. */
public sealed interface Admission {

  /** Known. */
  record Admitted(Client client) implements Admission {}

  /**
   * Not let in.
   *
   * @param retryAfter when it makes sense to come again with the same; empty where it makes none
   */
  record Refused(Reason reason, Optional<Duration> retryAfter) implements Admission {
    static Refused because(Reason reason) {
      return new Refused(reason, Optional.empty());
    }
  }

  /** Why one is not let in. */
  enum Reason {
    /** Nothing was shown. */
    NONE,
    /** What was shown is nobody's. */
    UNKNOWN,
    /** What was shown cannot be read. */
    MALFORMED,
    /** Too many wrong ones came from there. */
    SLOWED_DOWN,
    /** Too many passwords are being checked. */
    BUSY;

    /** As written in labels and logs. */
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }
}
