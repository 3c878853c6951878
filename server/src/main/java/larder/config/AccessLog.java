package larder.config;

/** Where one line for each request goes. */
public enum AccessLog {
  STDERR,
  OFF
}
