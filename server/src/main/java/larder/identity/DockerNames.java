package larder.identity;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What Docker calls a registry in its configuration.
 *
 * @param server what a credential helper is asked for
 * @param hosts under any of which an entry may be, the likeliest first
 */
record DockerNames(String server, List<String> hosts) {
  private static final String HUB = "https://index.docker.io/v1/";
  private static final List<String> HUB_HOSTS =
      List.of("index.docker.io", "docker.io", "registry-1.docker.io");

  private static final Pattern PORT = Pattern.compile(":[0-9]+$");

  DockerNames {
    hosts = List.copyOf(hosts);
  }

  /** The names of the registry at a url, which are host and port whatever its path. */
  static DockerNames of(URI url) {
    String authority = url.getRawAuthority().toLowerCase(Locale.ROOT);
    String usual = url.getScheme().equals("http") ? ":80" : ":443";
    String host =
        authority.endsWith(usual)
            ? authority.substring(0, authority.length() - usual.length())
            : authority;
    return HUB_HOSTS.contains(host)
        ? new DockerNames(HUB, HUB_HOSTS)
        : new DockerNames(
            host, PORT.matcher(host).find() ? List.of(host) : List.of(host, host + usual));
  }

  /** Which of these keys is the registry's; empty when none is. */
  Optional<String> among(List<String> keys) {
    if (keys.contains(server)) {
      return Optional.of(server);
    }
    return hosts.stream()
        .flatMap(host -> keys.stream().filter(key -> host.equals(host(key))))
        .findFirst();
  }

  /** Of {@code https://host/v1/} what matters. */
  private static String host(String key) {
    String bare = key.replaceFirst("^https?://", "");
    int slash = bare.indexOf('/');
    return (slash < 0 ? bare : bare.substring(0, slash)).toLowerCase(Locale.ROOT);
  }
}
