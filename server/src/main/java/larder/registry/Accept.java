package larder.registry;

import java.util.List;
import java.util.Locale;

/**
 * What a client takes.
 *
 * @param lines the {@code Accept} lines as sent; none, or only empty ones, when it takes anything
 */
record Accept(List<String> lines) {
  /*
   * Read where it lies, for each request: no lists and no patterns.
   */

  static Accept of(List<String> lines) {
    return new Accept(lines);
  }

  /** Whether the client takes content of this type. */
  boolean takes(String mediaType) {
    boolean anything = true;
    for (String line : lines) {
      for (int start = 0, end; start <= line.length(); start = end + 1) {
        int comma = line.indexOf(',', start);
        end = comma < 0 ? line.length() : comma;
        String range = line.substring(start, end).strip();
        if (!range.isEmpty()) {
          anything = false;
          if (matches(range, mediaType)) {
            return true;
          }
        }
      }
    }
    return anything;
  }

  private static boolean matches(String range, String mediaType) {
    int semicolon = range.indexOf(';');
    if (semicolon >= 0) {
      return !refused(range.substring(semicolon))
          && matches(range.substring(0, semicolon).strip(), mediaType);
    }
    if (range.equals("*/*")) {
      return true;
    }
    int length = range.endsWith("/*") ? range.length() - 1 : range.length();
    return (length < range.length() || length == mediaType.length())
        && range.regionMatches(true, 0, mediaType, 0, length);
  }

  /** Whether the parameters have a quality of zero, which means not at all. */
  private static boolean refused(String parameters) {
    for (String parameter : parameters.toLowerCase(Locale.ROOT).split(";", -1)) {
      String[] parts = parameter.split("=", 2);
      if (parts.length == 2 && parts[0].strip().equals("q")) {
        String quality = parts[1].strip();
        return quality.startsWith("0") && quality.chars().noneMatch(c -> c >= '1' && c <= '9');
      }
    }
    return false;
  }
}
