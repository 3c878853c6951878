package larder.metrics;

import java.util.Set;

/** Keeps the values of labels few. */
final class Labels {
  static final String NONE = "none";

  private static final Set<Integer> TOLD_APART =
      Set.of(200, 206, 304, 307, 400, 401, 403, 404, 405, 416, 429, 500, 502, 503, 504);

  private Labels() {}

  /** A status that operators look for, or the class of any other. */
  static String status(int status) {
    if (status == 0) {
      return NONE;
    }
    if (TOLD_APART.contains(status)) {
      return Integer.toString(status);
    }
    return status >= 100 && status < 600 ? status / 100 + "xx" : "other";
  }
}
