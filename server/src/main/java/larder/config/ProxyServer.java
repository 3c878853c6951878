package larder.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A proxy.
 *
 * @param scheme {@code http} or {@code https}, by which it is spoken to itself
 * @param host in lower case; an IPv6 address without brackets
 */
public record ProxyServer(String scheme, String host, int port, Optional<Login> login) {
  private static final Pattern URL =
      Pattern.compile(
          "(?:(?<scheme>https?)://)?(?:(?<login>[^/]*)@)?(?<host>\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)"
              + "(?::(?<port>[0-9]{1,5}))?/?");

  /** What the proxy wants to see. */
  public record Login(String username, Secret password) {}

  /** The proxy of a URL, whose scheme may be left out; empty when it is none. */
  static Optional<ProxyServer> parse(String url) {
    Matcher m = URL.matcher(url);
    if (!m.matches()) {
      return Optional.empty();
    }
    String scheme = m.group("scheme") == null ? "http" : m.group("scheme");
    String host = m.group("host").toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", "");
    int usual = scheme.equals("http") ? 80 : 443;
    int port = m.group("port") == null ? usual : Integer.parseInt(m.group("port"));
    if (port < 1 || port > 65_535) {
      return Optional.empty();
    }
    try {
      Optional<Login> login = Optional.ofNullable(m.group("login")).map(ProxyServer::login);
      return Optional.of(new ProxyServer(scheme, host, port, login));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Login login(String text) {
    String[] parts = text.split(":", 2);
    return new Login(decoded(parts[0]), new Secret(parts.length == 2 ? decoded(parts[1]) : ""));
  }

  private static String decoded(String text) {
    // A plus sign is itself here, unlike in forms.
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Host and port. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
