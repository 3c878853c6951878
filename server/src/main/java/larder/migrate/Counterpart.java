package larder.migrate;

/**
 * What becomes of one setting of the registry's, or of all below it.
 *
 * @param setting dotted, as in the registry's file
 * @param text goes on where the kind's words end; in Markdown
 */
record Counterpart(String setting, Kind kind, String text) {

  /** What can become of a setting. */
  enum Kind {
    /** Keys of larder's. */
    BECOMES("becomes "),
    /** What it is: larder has the same. */
    STAYS("stays: "),
    /** Nothing, for a reason. */
    NOTHING("no counterpart: "),
    /** The end: larder would serve what the registry did not. */
    STOPS("stops the migration: ");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /** Whether it speaks of a setting. */
  boolean covers(String path) {
    return path.equals(setting) || path.startsWith(setting + ".");
  }

  boolean stops() {
    return kind == Kind.STOPS;
  }

  /** All of it in Markdown. */
  String markdown() {
    return kind.words + text;
  }

  /** All of it for a terminal. */
  String plain() {
    return markdown().replace("`", "");
  }
}
