package larder.tiering;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * A tag's record as text: digest, media type, size, when upstream said so and until when nobody
 * asks again, each on a line, and a last line that tells that it is whole.
 */
public final class TagText {
  private static final String END = "end";

  private TagText() {}

  /** Ends with a line break. */
  public static String format(TagRecord record) {
    return String.join(
            "\n",
            record.digest().toString(),
            record.mediaType(),
            Long.toString(record.size()),
            record.checked().toString(),
            record.freshUntil().toString(),
            END)
        + "\n";
  }

  /** Empty when it is no record, or not all of one. */
  public static Optional<TagRecord> parse(String text) {
    String[] lines = text.split("\n", -1);
    if (lines.length != 7 || !lines[5].equals(END)) {
      return Optional.empty();
    }
    try {
      return Digest.parse(lines[0])
          .map(digest ->
              new TagRecord(
                  digest,
                  lines[1],
                  Long.parseLong(lines[2]),
                  Instant.parse(lines[3]),
                  Instant.parse(lines[4])));
    } catch (NumberFormatException | DateTimeException e) {
      return Optional.empty();
    }
  }
}
