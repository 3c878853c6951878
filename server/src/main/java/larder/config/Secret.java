package larder.config;

/**
 * A value that is shown to nobody but whom it is for.
 *
 * @param value as written
 */
public record Secret(String value) {
  @Override
  public String toString() {
    return "(secret)";
  }
}
