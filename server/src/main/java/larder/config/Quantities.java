package larder.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and durations as people write them. */
public final class Quantities {
  private static final Pattern SIZE =
      Pattern.compile("([0-9]{1,19}(?:\\.[0-9]{1,9})?) ?([A-Za-z]*)");
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,18}) ?(ms|s|m|h|d)");
  // Far below what a long holds in nanoseconds, so that no sum of deadlines overflows.
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private static final Map<String, Long> BYTES =
      Map.ofEntries(
          Map.entry("", 1L),
          Map.entry("b", 1L),
          Map.entry("kb", 1_000L),
          Map.entry("mb", 1_000_000L),
          Map.entry("gb", 1_000_000_000L),
          Map.entry("tb", 1_000_000_000_000L),
          Map.entry("kib", 1L << 10),
          Map.entry("mib", 1L << 20),
          Map.entry("gib", 1L << 30),
          Map.entry("tib", 1L << 40),
          Map.entry("ki", 1L << 10),
          Map.entry("mi", 1L << 20),
          Map.entry("gi", 1L << 30),
          Map.entry("ti", 1L << 40));

  private Quantities() {}

  /** Bytes; a fraction of a byte is dropped. */
  public static Optional<Long> size(String text) {
    Matcher m = SIZE.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    Long unit = BYTES.get(m.group(2).toLowerCase(Locale.ROOT));
    if (unit == null) {
      return Optional.empty();
    }
    BigDecimal bytes =
        new BigDecimal(m.group(1))
            .multiply(BigDecimal.valueOf(unit))
            .setScale(0, RoundingMode.DOWN);
    return bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0
        ? Optional.of(bytes.longValueExact())
        : Optional.empty();
  }

  /** Zero up to a hundred years. */
  static Optional<Duration> duration(String text) {
    return units(text)
        .or(() -> iso(text))
        .filter(d -> !d.isNegative() && d.compareTo(LONGEST) <= 0);
  }

  private static Optional<Duration> units(String text) {
    Matcher m = DURATION.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    long n = Long.parseLong(m.group(1));
    try {
      return Optional.of(
          switch (m.group(2)) {
            case "ms" -> Duration.ofMillis(n);
            case "s" -> Duration.ofSeconds(n);
            case "m" -> Duration.ofMinutes(n);
            case "h" -> Duration.ofHours(n);
            default -> Duration.ofDays(n);
          });
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> iso(String text) {
    try {
      return Optional.of(Duration.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
