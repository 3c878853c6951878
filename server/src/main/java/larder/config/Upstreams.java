package larder.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the list of upstreams, and checks it as a whole. */
final class Upstreams {
  private final Settings settings;

  private final Map<String, String> environment;

  private final Proxies proxies;

  private Upstreams(Settings settings, Map<String, String> environment) throws ConfigException {
    this.settings = settings;
    this.environment = environment;
    this.proxies = Proxies.of(environment);
  }

  static List<UpstreamConfig> read(Settings settings, Map<String, String> environment)
      throws ConfigException {
    if (settings.below(Keys.UPSTREAMS).isEmpty()) {
      settings.putAll(BuiltInUpstreams.settings());
    }
    return new Upstreams(settings, environment).read();
  }

  private List<UpstreamConfig> read() throws ConfigException {
    int count = settings.count(Keys.UPSTREAMS);
    int theDefault = theDefault(count);
    Map<String, Integer> names = new HashMap<>();
    List<UpstreamConfig> upstreams = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      UpstreamConfig upstream = upstream(i, i == theDefault);
      claim(names, Keys.NAME.at(i).name(), upstream.name(), i);
      for (int a = 0; a < upstream.aliases().size(); a++) {
        claim(names, Keys.ALIASES.at(i).name() + "." + a, upstream.aliases().get(a), i);
      }
      upstreams.add(upstream);
    }
    return upstreams;
  }

  private UpstreamConfig upstream(int i, boolean isDefault) throws ConfigException {
    return new UpstreamConfig(
        settings.get(Keys.NAME.at(i)),
        settings.get(Keys.URL.at(i)),
        isDefault,
        settings.get(Keys.ALIASES.at(i)),
        credentials(i),
        settings.get(Keys.VISIBILITY.at(i)),
        open(i),
        settings.get(Keys.MIRRORS.at(i)),
        settings.get(Keys.FRESH_FOR.at(i)),
        settings.get(Keys.STALE_FOR.at(i)),
        settings.get(Keys.RANGES.at(i)),
        settings.get(Keys.PRIVATE_ADDRESSES.at(i)),
        TlsKeys.read(settings, i),
        proxies,
        new UpstreamConfig.Timeouts(
            settings.get(Keys.CONNECT_TIMEOUT.at(i)),
            settings.get(Keys.RESPONSE_TIMEOUT.at(i)),
            settings.get(Keys.SILENCE_TIMEOUT.at(i)),
            settings.get(Keys.STALE_AFTER.at(i))));
  }

  private int theDefault(int count) throws ConfigException {
    OptionalInt found = OptionalInt.empty();
    for (int i = 0; i < count; i++) {
      Key<Boolean> key = Keys.DEFAULT.at(i);
      if (!settings.get(key)) {
        continue;
      }
      if (found.isPresent()) {
        throw ConfigException.of(
            key.name(),
            settings.find(key.name()).orElseThrow(),
            "is a second default beside "
                + Keys.DEFAULT.at(found.getAsInt()).name()
                + "; one only");
      }
      found = OptionalInt.of(i);
    }
    if (found.isEmpty() && count > 1) {
      throw new ConfigException(
          Keys.UPSTREAMS + ": none of the " + count + " is the default; set default: true for one");
    }
    return found.orElse(0);
  }

  private void claim(Map<String, Integer> names, String path, String name, int index)
      throws ConfigException {
    Integer other = names.putIfAbsent(name, index);
    if (other != null) {
      throw ConfigException.of(
          path,
          settings.find(path).orElseThrow(),
          "is taken already by " + Keys.UPSTREAMS + "." + other + "; names and aliases are unique");
    }
  }

  private Credentials credentials(int i) throws ConfigException {
    Credentials credentials = CredentialKeys.read(settings, i, environment);
    List<Key<?>> written = CredentialKeys.written(settings, i);
    if (!written.isEmpty() && settings.find(Keys.VISIBILITY.at(i).name()).isEmpty()) {
      Key<?> key = written.getFirst();
      throw ConfigException.ofKey(
          key.name(),
          settings.find(key.name()).orElseThrow(),
          "needs "
              + Keys.VISIBILITY.at(i).name()
              + ": write public if whoever reaches larder may have all that larder may pull by it, else private");
    }
    return credentials;
  }

  /** Whether clients that are not known may have what it holds. */
  private boolean open(int i) throws ConfigException {
    Key<Visibility> visibility = Keys.VISIBILITY.at(i);
    Key<Boolean> key = Keys.OPEN.at(i);
    Optional<Setting> written = settings.find(key.name());
    if (settings.get(visibility) == Visibility.PUBLIC) {
      if (written.isPresent()) {
        throw ConfigException.ofKey(
            key.name(),
            written.get(),
            "is for private upstreams, and " + visibility.name() + " is not private; remove one");
      }
      return true;
    }
    boolean open = settings.get(key);
    if (!open && settings.below(GuardedKeys.SECTION).isEmpty()) {
      throw ConfigException.of(
          visibility.name(),
          settings.find(visibility.name()).orElseThrow(),
          "needs a guarded listener (larder.guarded), or "
              + key.name()
              + ": true if whoever reaches larder may have all of it");
    }
    return open;
  }
}
