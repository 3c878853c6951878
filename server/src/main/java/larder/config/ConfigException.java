package larder.config;

/**
 * A configuration that larder does not start with. The message is one line for the operator: the
 * key, the value, where it came from, and what is accepted.
 */
public final class ConfigException extends Exception {
  public ConfigException(String line) {
    super(line);
  }

  /** A complaint about a value. */
  static ConfigException of(String path, Setting setting, String complaint) {
    return Keys.secret(path)
        ? ofKey(path, setting, complaint)
        : new ConfigException(
            path + ": " + setting.quoted() + " (" + setting.origin() + ") " + complaint);
  }

  /** A complaint about a key, for values that are nobody's business. */
  static ConfigException ofKey(String path, Setting setting, String complaint) {
    return new ConfigException(path + " (" + setting.origin() + ") " + complaint);
  }
}
