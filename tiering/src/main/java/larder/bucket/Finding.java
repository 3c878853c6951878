package larder.bucket;

/**
 * What a check of the bucket has found, for an operator.
 *
 * @param text one line; of what is not well it says what to do
 */
public record Finding(Level level, String text) {

  /** How bad it is. */
  public enum Level {
    /** As it should be. */
    OK,
    /** larder works, but it costs money or may go wrong later. */
    WARNING,
    /** larder cannot use the bucket, or not all of it. */
    ERROR
  }

  public static Finding ok(String text) {
    return new Finding(Level.OK, text);
  }

  public static Finding warning(String text) {
    return new Finding(Level.WARNING, text);
  }

  public static Finding error(String text) {
    return new Finding(Level.ERROR, text);
  }
}
