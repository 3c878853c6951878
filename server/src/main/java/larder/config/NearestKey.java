package larder.config;

import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/** Guesses what a misspelt key was meant to be. */
final class NearestKey {
  private NearestKey() {}

  /**
   * Completes a complaint about an unknown key: which known one is near, or where all are listed.
   */
  static String hint(String path) {
    String index = path.replaceAll("^.*?\\.([0-9]{1,3})\\..*$", "$1");
    return candidates(index.matches("[0-9]+") ? index : "0")
        .filter(known ->
            distance(path, known) <= Math.max(2, path.length() / 5) || sameLeaf(path, known))
        .min(Comparator.comparingInt(known -> distance(path, known)))
        .map(known -> "did you mean " + known + "?")
        .orElse("docs/configuration.md lists the known keys");
  }

  /** The same for an environment variable. */
  static String variableHint(String name) {
    return Keys.ALL.stream()
        .map(key -> key.variable().replace("*", "0"))
        .filter(known -> distance(name, known) <= Math.max(2, name.length() / 5))
        .min(Comparator.comparingInt(known -> distance(name, known)))
        .map(known -> "did you mean " + known + "?")
        .orElse("docs/configuration.md lists the known ones");
  }

  private static Stream<String> candidates(String index) {
    return Keys.ALL.stream().map(key -> key.name().replace("*", index));
  }

  private static boolean sameLeaf(String path, String known) {
    return leaf(path).equals(leaf(known));
  }

  private static String leaf(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** Levenshtein's, without regard to case and to which separator was used. */
  private static int distance(String left, String right) {
    String a = plain(left);
    String b = plain(right);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above, row[j - 1]));
        diagonal = above;
      }
    }
    return row[b.length()];
  }

  private static String plain(String path) {
    return path.toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
