package larder.migrate;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import larder.config.ConfigException;
import larder.config.Setting;
import larder.upstream.Reach;

/**
 * The registry behind the registry.
 *
 * @param name that clients know it by
 * @param aliases other names of it
 * @param isPrivate whether its URL itself says that it is on this machine or in its network
 */
record Remote(String url, String name, List<String> aliases, boolean isPrivate) {
  private static final List<String> DOCKER_HUB = List.of("registry-1.docker.io", "index.docker.io");

  /**
   * Reads it.
   *
   * @throws NotMigratedException for an address that larder never goes to
   */
  static Remote of(Setting setting) throws ConfigException, NotMigratedException {
    URI url = parse(setting.text());
    if (url.getRawUserInfo() != null || setting.text().contains("@")) {
      throw refused(
          setting,
          "has a user in it: set "
              + Counterparts.USERNAME
              + " and "
              + Counterparts.PASSWORD
              + " instead");
    }
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!http
        || url.getHost() == null
        || url.getRawQuery() != null
        || url.getRawFragment() != null) {
      throw refused(
          setting,
          "is not one URL with http or https, a host, and no more than a path: "
              + setting.quoted());
    }
    String host = url.getHost().toLowerCase(Locale.ROOT);
    if (DOCKER_HUB.contains(host) && url.getPort() == -1) {
      return new Remote(setting.text(), "docker.io", DOCKER_HUB, false);
    }
    // Names have no brackets, which an IPv6 address has.
    String name = host.startsWith("[") ? "upstream" : host;
    String port = url.getPort() == -1 || host.startsWith("[") ? "" : ":" + url.getPort();
    return new Remote(setting.text(), name + port, List.of(), isPrivate(host, setting));
  }

  private static URI parse(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      return URI.create("");
    }
  }

  private static boolean isPrivate(String host, Setting setting) throws NotMigratedException {
    Optional<InetAddress> address = address(host);
    if (address.isEmpty()) {
      return host.equals("localhost");
    }
    return switch (Reach.of(address.get())) {
      case PUBLIC -> false;
      case PRIVATE -> true;
      case NEVER ->
          throw NotMigratedException.of(
              Counterparts.REMOTE,
              setting,
              "stops the migration: it is a link-local or metadata address, to which larder never goes; give the upstream another, in a copy of the file");
    };
  }

  /** Empty for a name, which may lead anywhere. */
  private static Optional<InetAddress> address(String host) {
    try {
      // Without a zone, which is known on one machine only.
      return Optional.of(InetAddress.ofLiteral(host.replaceAll("[\\[\\]]|%.*", "")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static ConfigException refused(Setting setting, String why) {
    return RegistrySettings.wrong(Counterparts.REMOTE, setting, why);
  }
}
