package larder.config;

import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The framework's own configuration: what the operator wrote below {@code server}, with larder's
 * defaults.
 */
final class ServerSettings {
  // What Helidon 4.5 reads there; it ignores other names without a word.
  static final Set<String> NAMES =
      Set.of(
          "backlog",
          "bind-address",
          "concurrency-limit",
          "concurrency-limit-discover-services",
          "connection-config",
          "connection-options",
          "content-encoding",
          "enable-proxy-protocol",
          "error-handling",
          "features",
          "features-discover-services",
          "host",
          "idle-connection-period",
          "idle-connection-timeout",
          "ignore-invalid-named-routing",
          "max-concurrent-requests",
          "max-in-memory-entity",
          "max-payload-size",
          "max-tcp-connections",
          "media-context",
          "name",
          "port",
          "protocols",
          "protocols-discover-services",
          "receive-buffer-size",
          "requested-uri-discovery",
          "restore-response-headers",
          "shutdown-grace-period",
          "shutdown-hook",
          "smart-async-writes",
          "sockets",
          "tls",
          "use-nio",
          "write-buffer-size",
          "write-queue-length");

  /** What would open a way to larder around its bounds for slow, silent and many clients. */
  private static final Set<String> UNGUARDED =
      Set.of("protocols", "protocols-discover-services", "sockets");

  /**
   * What the framework reads and does not apply to blocking sockets, and what does it instead: who
   * relies on it would be served to everyone.
   */
  private static final Map<String, String> WITHOUT_EFFECT =
      Map.of(
          "tls.client-auth",
          "clients show certificates on the guarded listener (larder.guarded.client-ca)",
          "tls.trust",
          "clients show certificates on the guarded listener (larder.guarded.client-ca)",
          "tls.trust-all",
          "clients show certificates on the guarded listener (larder.guarded.client-ca)",
          "tls.protocols",
          "narrow TLS 1.2 and 1.3 by LARDER_JAVA_OPTS=-Djdk.tls.server.protocols=TLSv1.3",
          "tls.cipher-suite",
          "choose by -Djdk.tls.server.cipherSuites in LARDER_JAVA_OPTS");

  private ServerSettings() {}

  static Config read(Settings settings) throws ConfigException {
    refuse(settings);
    Map<String, String> values = new TreeMap<>();
    settings.below("server").forEach((name, s) -> values.put("server." + name, s.text()));
    for (Key<?> key : Keys.SERVER) {
      values.put(key.name(), settings.get(key).toString());
    }
    return Config.builder(ConfigSources.create(values))
        .disableEnvironmentVariablesSource()
        .disableSystemPropertiesSource()
        .disableFilterServices()
        .disableKeyResolving()
        .disableValueResolving()
        .build()
        .get("server");
  }

  private static void refuse(Settings settings) throws ConfigException {
    for (Map.Entry<String, Setting> each : new TreeMap<>(settings.below("server")).entrySet()) {
      for (Map.Entry<String, String> inert : WITHOUT_EFFECT.entrySet()) {
        if ((each.getKey() + ".").startsWith(inert.getKey() + ".")) {
          throw ConfigException.ofKey(
              "server." + each.getKey(),
              each.getValue(),
              "is not accepted: it has no effect on this listener; " + inert.getValue());
        }
      }
      if (UNGUARDED.contains(each.getKey().split("[.]", -1)[0])) {
        throw ConfigException.ofKey(
            "server." + each.getKey(),
            each.getValue(),
            "is not accepted: clients would get around larder's bounds there; remove it");
      }
    }
  }

  /** First names below {@code server} that the framework does not read. */
  static Set<String> unread(Settings settings) {
    Set<String> unread = new TreeSet<>();
    settings
        .below("server")
        .forEach((name, s) -> {
          String first = name.split("\\.", -1)[0];
          if (!NAMES.contains(first)) {
            unread.add("server." + first + " (" + s.origin() + ") is not a key that is read");
          }
        });
    return unread;
  }
}
