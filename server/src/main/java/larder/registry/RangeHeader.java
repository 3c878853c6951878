package larder.registry;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import larder.tiering.ByteRange;

/** One range of bytes as a client asks for it (RFC 9110, section 14). */
sealed interface RangeHeader {

  /** No range, or one that may be ignored: several at once, another unit, or not well formed. */
  record None() implements RangeHeader {}

  /** From an offset to another, both included; {@link Long#MAX_VALUE} where the end is open. */
  record FromTo(long first, long last) implements RangeHeader {}

  /** The last so many bytes. */
  record Suffix(long length) implements RangeHeader {}

  Pattern SINGLE = Pattern.compile("bytes\\s*=\\s*(\\d{0,18})\\s*-\\s*(\\d{0,18})\\s*");

  /** What is to be sent. */
  sealed interface Selection {
    /** All of it, with 200. */
    record Whole() implements Selection {}

    /** A part, with 206. */
    record Part(ByteRange range) implements Selection {}

    /** Nothing, with 416. */
    record Unsatisfiable() implements Selection {}
  }

  static RangeHeader parse(String header) {
    Matcher matcher = SINGLE.matcher(header);
    if (!matcher.matches()) {
      return new None();
    }
    String first = matcher.group(1);
    String last = matcher.group(2);
    if (first.isEmpty()) {
      return last.isEmpty() ? new None() : new Suffix(Long.parseLong(last));
    }
    long from = Long.parseLong(first);
    long to = last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last);
    return to < from ? new None() : new FromTo(from, to);
  }

  /** The first byte that will be sent, as far as that is known without the size. */
  default long start() {
    return this instanceof FromTo(long first, long _) ? first : 0;
  }

  /** What of so many bytes is asked for. */
  default Selection of(long size) {
    return switch (this) {
      case None _ -> new Selection.Whole();
      case FromTo(long first, long last) ->
          first >= size
              ? new Selection.Unsatisfiable()
              : new Selection.Part(new ByteRange(first, Math.min(last, size - 1) - first + 1));
      case Suffix(long length) -> {
        long sent = Math.min(length, size);
        yield sent == 0
            ? new Selection.Unsatisfiable()
            : new Selection.Part(new ByteRange(size - sent, sent));
      }
    };
  }
}
