package larder.registry;

import java.util.List;
import java.util.Locale;

/**
 * What a client takes.
 *
 * @param lines the {@code Accept} lines as sent
 * @param ranges the media ranges in them, lower case, without parameters; empty when the client
 *     takes anything
 */
record Accept(List<String> lines, List<String> ranges) {

  static Accept of(List<String> lines) {
    List<String> ranges =
        lines.stream()
            .flatMap(line -> List.of(line.split(",", -1)).stream())
            .filter(range -> !refused(range))
            .map(range -> range.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
            .filter(range -> !range.isEmpty())
            .toList();
    return new Accept(List.copyOf(lines), ranges);
  }

  /** Whether the client takes content of this type. */
  boolean takes(String mediaType) {
    String type = mediaType.toLowerCase(Locale.ROOT);
    return ranges.isEmpty()
        || ranges.stream()
            .anyMatch(range ->
                range.equals("*/*")
                    || range.equals(type)
                    || (range.endsWith("/*")
                        && type.startsWith(range.substring(0, range.length() - 1))));
  }

  private static boolean refused(String range) {
    return range.replace(" ", "").toLowerCase(Locale.ROOT).matches(".*;q=0(\\.0*)?(;.*)?");
  }
}
