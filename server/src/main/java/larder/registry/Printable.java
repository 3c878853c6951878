package larder.registry;

/** What a client sent, made fit to be shown in an answer or a log. */
final class Printable {
  private static final int LONGEST = 200;

  private Printable() {}

  /** The text without control characters, cut when it is long. */
  static String of(String text) {
    return of(text, LONGEST);
  }

  static String of(String text, int longest) {
    StringBuilder shown = new StringBuilder(Math.min(text.length(), longest + 1));
    for (int i = 0; i < text.length() && i < longest; i++) {
      char c = text.charAt(i);
      shown.append(c < ' ' || c == 0x7f || Character.isSurrogate(c) ? '?' : c);
    }
    return text.length() > longest ? shown.append('…').toString() : shown.toString();
  }
}
