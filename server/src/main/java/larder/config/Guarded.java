package larder.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads the listener that asks clients who they are, and checks it as a whole. */
final class Guarded {
  private final Settings settings;

  private Guarded(Settings settings) {
    this.settings = settings;
  }

  /** Empty when nothing is written about it. */
  static Optional<GuardedConfig> read(Settings settings, List<UpstreamConfig> upstreams)
      throws ConfigException {
    return settings.below(GuardedKeys.SECTION).isEmpty()
        ? Optional.empty()
        : Optional.of(new Guarded(settings).read(upstreams));
  }

  private GuardedConfig read(List<UpstreamConfig> upstreams) throws ConfigException {
    Optional<Path> users = settings.optional(GuardedKeys.USERS_FILE);
    Optional<Path> tokens = settings.optional(GuardedKeys.TOKENS_FILE);
    Optional<GuardedConfig.TlsFiles> tls = tls();
    if (users.isEmpty() && tokens.isEmpty() && settings.optional(GuardedKeys.CLIENT_CA).isEmpty()) {
      throw new ConfigException(
          "%s: nobody could come in; give %s, %s or %s"
              .formatted(
                  GuardedKeys.SECTION,
                  GuardedKeys.USERS_FILE.name(),
                  GuardedKeys.TOKENS_FILE.name(),
                  GuardedKeys.CLIENT_CA.name()));
    }
    String host = settings.get(GuardedKeys.HOST);
    int port = settings.get(GuardedKeys.PORT);
    refuseReadable(host, tls.isPresent());
    refuseTaken(host, port, Keys.SERVER_HOST, Keys.SERVER_PORT);
    refuseTaken(host, port, Keys.ADMIN_HOST, Keys.ADMIN_PORT);
    return new GuardedConfig(host, port, users, tokens, tls, clients(upstreams));
  }

  private Optional<GuardedConfig.TlsFiles> tls() throws ConfigException {
    Optional<Path> certificate = settings.optional(GuardedKeys.CERTIFICATE_FILE);
    Optional<Path> key = settings.optional(GuardedKeys.KEY_FILE);
    if (certificate.isPresent()) {
      if (key.isEmpty()) {
        throw needs(GuardedKeys.CERTIFICATE_FILE, GuardedKeys.KEY_FILE);
      }
      return Optional.of(
          new GuardedConfig.TlsFiles(
              certificate.get(), key.get(), settings.optional(GuardedKeys.CLIENT_CA)));
    }
    for (Key<?> alone : List.of(GuardedKeys.KEY_FILE, GuardedKeys.CLIENT_CA)) {
      if (settings.find(alone.name()).isPresent()) {
        throw needs(alone, GuardedKeys.CERTIFICATE_FILE);
      }
    }
    return Optional.empty();
  }

  private void refuseReadable(String host, boolean encrypted) throws ConfigException {
    boolean plain = settings.get(GuardedKeys.PLAIN_HTTP);
    if (plain && encrypted) {
      throw ConfigException.of(
          GuardedKeys.PLAIN_HTTP.name(),
          written(GuardedKeys.PLAIN_HTTP),
          "is not accepted beside " + GuardedKeys.CERTIFICATE_FILE.name() + "; keep one of them");
    }
    if (!plain && !encrypted && !isLoopback(host)) {
      throw new ConfigException(
          "%s is missing: on %s passwords and tokens would cross the network readable; give it with %s, or set %s: true if something in front speaks TLS"
              .formatted(
                  GuardedKeys.CERTIFICATE_FILE.name(),
                  host,
                  GuardedKeys.KEY_FILE.name(),
                  GuardedKeys.PLAIN_HTTP.name()));
    }
  }

  private void refuseTaken(String host, int port, Key<String> otherHost, Key<Integer> otherPort)
      throws ConfigException {
    if (port != 0 && port == settings.get(otherPort) && mayClash(host, settings.get(otherHost))) {
      throw new ConfigException(
          "%s: %d is the port of %s too; change one"
              .formatted(GuardedKeys.PORT.name(), port, otherPort.name()));
    }
  }

  private Map<String, Set<String>> clients(List<UpstreamConfig> upstreams) throws ConfigException {
    Set<String> known =
        upstreams.stream().map(UpstreamConfig::name).collect(Collectors.toUnmodifiableSet());
    Map<String, Set<String>> clients = new LinkedHashMap<>();
    int count = settings.count(GuardedKeys.CLIENTS);
    for (int i = 0; i < count; i++) {
      Key<String> name = GuardedKeys.CLIENT_NAME.at(i);
      Key<List<String>> list = GuardedKeys.CLIENT_UPSTREAMS.at(i);
      if (settings.count(list.name()) == 0) {
        throw new ConfigException(
            "%s is missing; name the upstreams that this client may have".formatted(list.name()));
      }
      List<String> names = settings.get(list);
      for (int each = 0; each < names.size(); each++) {
        if (!known.contains(names.get(each))) {
          String path = list.name() + "." + each;
          throw ConfigException.of(
              path,
              settings.find(path).orElseThrow(),
              "is the name of no configured upstream; write its name, not an alias");
        }
      }
      if (clients.put(settings.get(name), Set.copyOf(names)) != null) {
        throw ConfigException.of(
            name.name(), written(name), "is a second entry for this client; keep one");
      }
    }
    return clients;
  }

  private Setting written(Key<?> key) {
    return settings.find(key.name()).orElseThrow();
  }

  private ConfigException needs(Key<?> key, Key<?> missing) {
    return ConfigException.ofKey(key.name(), written(key), "needs " + missing.name() + " too");
  }

  private static boolean isLoopback(String host) {
    return host.equalsIgnoreCase("localhost")
        || literal(host).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  /** Only two addresses that are not the same and not all of a machine's are apart for certain. */
  private static boolean mayClash(String host, String other) {
    Optional<InetAddress> one = literal(host).filter(address -> !address.isAnyLocalAddress());
    Optional<InetAddress> two = literal(other).filter(address -> !address.isAnyLocalAddress());
    return one.isEmpty() || two.isEmpty() || one.equals(two);
  }

  private static Optional<InetAddress> literal(String host) {
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
