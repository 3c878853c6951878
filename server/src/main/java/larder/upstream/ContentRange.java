package larder.upstream;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@code Content-Range} says, in bytes.
 *
 * @param end of the last byte, inclusive
 * @param total of the whole, where it says
 */
record ContentRange(long start, long end, OptionalLong total) {
  private static final Pattern FORM =
      Pattern.compile("bytes\\s+(\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)", Pattern.CASE_INSENSITIVE);

  /** Empty when the text is none, or contradicts itself. */
  static Optional<ContentRange> parse(String text) {
    Matcher m = FORM.matcher(text.strip());
    if (!m.matches()) {
      return Optional.empty();
    }
    long start = Long.parseLong(m.group(1));
    long end = Long.parseLong(m.group(2));
    OptionalLong total =
        m.group(3).equals("*") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(m.group(3)));
    boolean sound = start <= end && (total.isEmpty() || end < total.getAsLong());
    return sound ? Optional.of(new ContentRange(start, end, total)) : Optional.empty();
  }

  long length() {
    return end - start + 1;
  }
}
