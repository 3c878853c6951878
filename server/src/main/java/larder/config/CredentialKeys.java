package larder.config;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads by what larder makes itself known to one upstream: in one way, and by all that it needs.
 */
final class CredentialKeys {
  private static final Pattern ECR =
      Pattern.compile(
          "[0-9]{12}\\.dkr[.-]ecr(-fips)?\\.(?<region>[a-z0-9-]+)"
              + "\\.(amazonaws\\.com(\\.cn)?|on\\.aws|on\\.amazonwebservices\\.com\\.cn)");
  private static final Pattern GCP =
      Pattern.compile("([a-z0-9-]+\\.)?gcr\\.io|[a-z0-9-]+\\.pkg\\.dev");

  private final Settings settings;
  private final int index;
  private final Map<String, String> environment;

  private CredentialKeys(Settings settings, int index, Map<String, String> environment) {
    this.settings = settings;
    this.index = index;
    this.environment = environment;
  }

  static Credentials read(Settings settings, int index, Map<String, String> environment)
      throws ConfigException {
    return new CredentialKeys(settings, index, environment).read();
  }

  /** Those that are there, in the order of the table of keys. */
  static List<Key<?>> written(Settings settings, int index) {
    return Stream.of(
            Keys.USERNAME,
            Keys.PASSWORD,
            Keys.PASSWORD_FILE,
            Keys.DOCKER_CONFIG,
            Keys.TOKEN_SOURCE,
            Keys.CLIENT_CERTIFICATE_FILE)
        .<Key<?>>map(key -> key.at(index))
        .filter(key -> settings.find(key.name()).isPresent())
        .toList();
  }

  private Credentials read() throws ConfigException {
    if (isWritten(Keys.TOKEN_SOURCE)) {
      refuseBeside(
          Keys.TOKEN_SOURCE, Keys.USERNAME, Keys.PASSWORD, Keys.PASSWORD_FILE, Keys.DOCKER_CONFIG);
      return lent();
    }
    if (isWritten(Keys.DOCKER_CONFIG)) {
      refuseBeside(Keys.DOCKER_CONFIG, Keys.USERNAME, Keys.PASSWORD, Keys.PASSWORD_FILE);
      return new Credentials.DockerConfig(settings.get(Keys.DOCKER_CONFIG.at(index)));
    }
    return user();
  }

  /**
   * A cloud's token opens more than its registry, so no other host is ever configured to see it.
   */
  private Credentials lent() throws ConfigException {
    URI url = settings.get(Keys.URL.at(index));
    String host = url.getScheme().equals("https") ? url.getHost().toLowerCase(Locale.ROOT) : "";
    return switch (settings.get(Keys.TOKEN_SOURCE.at(index))) {
      case ECR -> {
        Matcher registry = ECR.matcher(host);
        if (!registry.matches()) {
          throw elsewhere("https://<account>.dkr.ecr.<region>.amazonaws.com");
        }
        yield new Credentials.Ecr(registry.group("region"));
      }
      case GCP -> {
        if (!GCP.matcher(host).matches()) {
          throw elsewhere("https://<region>-docker.pkg.dev or https://gcr.io");
        }
        yield new Credentials.Gcp(MetadataHost.of(environment));
      }
    };
  }

  private ConfigException elsewhere(String form) {
    return ConfigException.of(
        name(Keys.TOKEN_SOURCE),
        find(Keys.TOKEN_SOURCE).orElseThrow(),
        "does not fit " + name(Keys.URL) + ", which must be like " + form);
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
