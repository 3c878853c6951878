package larder.upstream;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One challenge of a {@code WWW-Authenticate} header (RFC 9110, 11.6.1).
 *
 * @param scheme in lower case, such as {@code bearer}
 * @param parameters by their names in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {

  boolean is(String name) {
    return scheme.equals(name);
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  /** All challenges of the header's values; what cannot be read is left out. */
  static List<Challenge> parse(List<String> values) {
    List<Challenge> challenges = new ArrayList<>();
    values.forEach(value -> new Reader(value).readAll(challenges));
    return List.copyOf(challenges);
  }

  /**
   * Reads one value. A comma separates both parameters and challenges; only an equals sign tells.
   */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    void readAll(List<Challenge> challenges) {
      String scheme = "";
      Map<String, String> parameters = new LinkedHashMap<>();
      while (skipTo()) {
        String word = word();
        if (word.isEmpty()) {
          at++;
          continue;
        }
        skipSpace();
        if (!scheme.isEmpty() && isParameter()) {
          at++;
          skipSpace();
          parameters.putIfAbsent(word.toLowerCase(Locale.ROOT), value());
        } else if (!isToken68()) {
          add(challenges, scheme, parameters);
          scheme = word.toLowerCase(Locale.ROOT);
          parameters = new LinkedHashMap<>();
        }
      }
      add(challenges, scheme, parameters);
    }

    private static void add(
        List<Challenge> challenges, String scheme, Map<String, String> parameters) {
      if (!scheme.isEmpty()) {
        challenges.add(new Challenge(scheme, Map.copyOf(parameters)));
      }
    }

    /** Moves to what is next after spaces and commas; false at the end. */
    private boolean skipTo() {
      while (at < text.length() && (isSpace(text.charAt(at)) || text.charAt(at) == ',')) {
        at++;
      }
      return at < text.length();
    }

    private void skipSpace() {
      while (at < text.length() && isSpace(text.charAt(at))) {
        at++;
      }
    }

    private boolean isParameter() {
      return at < text.length() && text.charAt(at) == '=' && !isToken68();
    }

    /** At the padding of a bare value, as in {@code Negotiate YWJj==}. */
    private boolean isToken68() {
      int i = at;
      while (i < text.length() && text.charAt(i) == '=') {
        i++;
      }
      boolean ends = i == text.length() || text.charAt(i) == ',';
      return i > at && ends;
    }

    private String word() {
      int start = at;
      while (at < text.length() && isWord(text.charAt(at))) {
        at++;
      }
      return text.substring(start, at);
    }

    private String value() {
      if (at >= text.length() || text.charAt(at) != '"') {
        int start = at;
        while (at < text.length() && text.charAt(at) != ',' && !isSpace(text.charAt(at))) {
          at++;
        }
        return text.substring(start, at);
      }
      StringBuilder quoted = new StringBuilder();
      at++;
      while (at < text.length() && text.charAt(at) != '"') {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        quoted.append(text.charAt(at++));
      }
      at++;
      return quoted.toString();
    }

    private static boolean isSpace(char c) {
      return c == ' ' || c == '\t';
    }

    private static boolean isWord(char c) {
      return (c > ' ' && c < 0x7f) && "\"(),=:;<>?@[\\]{}".indexOf(c) < 0;
    }
  }
}
