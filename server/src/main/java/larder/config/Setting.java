package larder.config;

/**
 * A value as written.
 *
 * @param text empty for what was written without a value
 * @param origin for messages, such as {@code larder.yaml line 3}
 */
public record Setting(String text, boolean written, String origin) {
  private static final int SHOWN = 100;

  /** What is written, even when it is empty. */
  public static Setting of(String text, String origin) {
    return new Setting(text, true, origin);
  }

  /** An empty map, an empty list or a null of the file. */
  public static Setting nothing(String origin) {
    return new Setting("", false, origin);
  }

  /**
   * The value for one line of a message: no control characters, no password of an URL, not long.
   */
  public String quoted() {
    if (!written) {
      return "no value";
    }
    String line = text.replaceAll("\\p{Cntrl}", "?").replaceAll("//[^/]*@", "//…@");
    return '"' + (line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line) + '"';
  }
}
