package larder.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads by what larder makes itself known to one upstream: in one way, and by all that it needs.
 */
final class CredentialKeys {
  private final Settings settings;
  private final int index;

  private CredentialKeys(Settings settings, int index) {
    this.settings = settings;
    this.index = index;
  }

  static Credentials read(Settings settings, int index) throws ConfigException {
    return new CredentialKeys(settings, index).read();
  }

  /** Those that are there, in the order of the table of keys. */
  static List<Key<?>> written(Settings settings, int index) {
    return Stream.of(Keys.USERNAME, Keys.PASSWORD, Keys.PASSWORD_FILE, Keys.DOCKER_CONFIG)
        .<Key<?>>map(key -> key.at(index))
        .filter(key -> settings.find(key.name()).isPresent())
        .toList();
  }

  private Credentials read() throws ConfigException {
    if (isWritten(Keys.DOCKER_CONFIG)) {
      refuseBeside(Keys.DOCKER_CONFIG, Keys.USERNAME, Keys.PASSWORD, Keys.PASSWORD_FILE);
      return new Credentials.DockerConfig(settings.get(Keys.DOCKER_CONFIG.at(index)));
    }
    return user();
  }

  private Credentials user() throws ConfigException {
    if (!isWritten(Keys.USERNAME)) {
      refuseAlone(Keys.PASSWORD, Keys.USERNAME);
      refuseAlone(Keys.PASSWORD_FILE, Keys.USERNAME);
      return new Credentials.Anonymous();
    }
    if (!isWritten(Keys.PASSWORD) && !isWritten(Keys.PASSWORD_FILE)) {
      refuseAlone(Keys.USERNAME, Keys.PASSWORD_FILE);
    }
    refuseBeside(Keys.PASSWORD, Keys.PASSWORD_FILE);
    String user = settings.get(Keys.USERNAME.at(index));
    return isWritten(Keys.PASSWORD)
        ? new Credentials.Password(user, settings.get(Keys.PASSWORD.at(index)))
        : new Credentials.PasswordFile(user, settings.get(Keys.PASSWORD_FILE.at(index)));
  }

  private void refuseAlone(Key<?> key, Key<?> missing) throws ConfigException {
    Optional<Setting> setting = find(key);
    if (setting.isPresent()) {
      throw ConfigException.ofKey(name(key), setting.get(), "needs " + name(missing) + " too");
    }
  }

  private void refuseBeside(Key<?> key, Key<?>... others) throws ConfigException {
    Optional<Setting> setting = find(key);
    for (Key<?> other : others) {
      if (setting.isPresent() && isWritten(other)) {
        throw ConfigException.ofKey(
            name(key), setting.get(), "is there, and " + name(other) + " too; keep one");
      }
    }
  }

  private boolean isWritten(Key<?> key) {
    return find(key).isPresent();
  }

  private Optional<Setting> find(Key<?> key) {
    return settings.find(name(key));
  }

  private String name(Key<?> key) {
    return key.at(index).name();
  }
}
