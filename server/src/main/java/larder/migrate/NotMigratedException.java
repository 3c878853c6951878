package larder.migrate;

import larder.config.Setting;

/**
 * A registry that larder cannot stand in for. The message is one line for the operator: what it is
 * about, why, and what to do.
 */
public final class NotMigratedException extends Exception {
  private static final long serialVersionUID = 1;

  NotMigratedException(String line) {
    super(line);
  }

  static NotMigratedException of(String path, Setting setting, String why) {
    return new NotMigratedException(
        RegistrySettings.shown(path) + " (" + setting.origin() + ") " + why);
  }
}
