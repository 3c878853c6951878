package larder.upstream;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.hc.client5.http.utils.DateUtils;

/** Reads {@code Retry-After}: seconds, or a date. */
final class RetryAfter {
  /** Nobody is left alone for longer, whatever he says. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private RetryAfter() {}

  /** How long to wait from now on, between nothing and a day; empty when the text says nothing. */
  static Optional<Duration> parse(String text, Instant now) {
    String value = text.strip();
    if (value.matches("\\d+(\\.\\d*)?")) {
      String whole = value.split("\\.", 2)[0];
      return Optional.of(
          whole.length() > 9 ? LONGEST : within(Duration.ofSeconds(Long.parseLong(whole))));
    }
    Instant date = DateUtils.parseStandardDate(value);
    return date == null ? Optional.empty() : Optional.of(within(Duration.between(now, date)));
  }

  private static Duration within(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }
}
