package larder.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One setting that exists.
 *
 * @param name dotted; {@code *} stands for the number of a list's entry
 * @param fallback the default as it would be written, or {@link #REQUIRED} or {@link #NONE}
 * @param description for the operator, in Markdown
 */
record Key<T>(String name, ValueType<T> type, String fallback, String description) {
  static final String REQUIRED = "(required)";
  static final String NONE = "(none)";

  /** Where a path lies as seen from a key. */
  enum Place {
    KEY,
    /** An entry of the key's list. */
    ENTRY,
    /** A map or list that contains the key. */
    ABOVE,
    /** Inside what should be a single value. */
    BELOW,
    ELSEWHERE
  }

  /** The key of one entry of the list that this key is in. */
  Key<T> at(int index) {
    return new Key<>(name.replace("*", Integer.toString(index)), type, fallback, description);
  }

  Place place(String path) {
    String[] mine = name.split("\\.", -1);
    String[] theirs = path.split("\\.", -1);
    for (int i = 0; i < Math.min(mine.length, theirs.length); i++) {
      if (!(mine[i].equals("*") ? isNumber(theirs[i]) : mine[i].equals(theirs[i]))) {
        return Place.ELSEWHERE;
      }
    }
    if (theirs.length <= mine.length) {
      return theirs.length == mine.length ? Place.KEY : Place.ABOVE;
    }
    boolean entry =
        type.isList() && theirs.length == mine.length + 1 && isNumber(theirs[mine.length]);
    return entry ? Place.ENTRY : Place.BELOW;
  }

  /** The environment variable of the key, such as {@code LARDER_UPSTREAMS_*_URL}. */
  String variable() {
    return name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
  }

  /** The path that an environment variable means when it is one of this key. */
  Optional<String> path(String variable) {
    String entry = type.isList() ? "(?:_([0-9]{1,3}))?" : "";
    Matcher m = Pattern.compile(variable().replace("*", "([0-9]{1,3})") + entry).matcher(variable);
    if (!m.matches()) {
      return Optional.empty();
    }
    List<Integer> numbers = new ArrayList<>();
    for (int i = 1; i <= m.groupCount(); i++) {
      if (m.group(i) != null) {
        numbers.add(Integer.valueOf(m.group(i)));
      }
    }
    boolean inList = name.contains("*");
    String path = inList ? at(numbers.removeFirst()).name : name;
    return Optional.of(numbers.isEmpty() ? path : path + "." + numbers.getFirst());
  }

  private static boolean isNumber(String segment) {
    return segment.matches("0|[1-9][0-9]{0,2}");
  }
}
