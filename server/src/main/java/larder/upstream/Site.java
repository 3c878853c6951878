package larder.upstream;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.net.URIAuthority;

/**
 * Where a request goes: scheme, host and port. What one site may know, such as a token, another may
 * not, and a changed port is another site.
 *
 * @param scheme {@code http} or {@code https}
 * @param host in lower case; an IPv6 address without brackets
 * @param port always given, also when it is the scheme's own
 */
record Site(String scheme, String host, int port) {

  /**
   * The site of an absolute address; empty when larder does not go there: another scheme than http
   * and https, no host, or a user name in it.
   */
  static Optional<Site> of(URI uri) {
    if (uri.getScheme() == null || uri.getRawAuthority() == null) {
      return Optional.empty();
    }
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    int usual = usualPort(scheme);
    if (usual < 0) {
      return Optional.empty();
    }
    Optional<URIAuthority> authority = authority(uri);
    if (authority.isEmpty() || authority.get().getUserInfo() != null) {
      return Optional.empty();
    }
    String host = authority.get().getHostName().toLowerCase(Locale.ROOT);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    int port = authority.get().getPort();
    return host.isEmpty()
        ? Optional.empty()
        : Optional.of(new Site(scheme, host, port < 0 ? usual : port));
  }

  private static Optional<URIAuthority> authority(URI uri) {
    try {
      // Host names with an underscore, which container networks have, have no host for URI.
      return Optional.of(
          uri.getHost() == null
              ? URIAuthority.create(uri.getRawAuthority())
              : new URIAuthority(uri.getRawUserInfo(), uri.getHost(), uri.getPort()));
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether going on to {@code next} would give up encryption. */
  boolean downgradesTo(Site next) {
    return scheme.equals("https") && !next.scheme.equals("https");
  }

  HttpHost target() {
    return new HttpHost(scheme, host, port);
  }

  private static int usualPort(String scheme) {
    return switch (scheme) {
      case "http" -> 80;
      case "https" -> 443;
      default -> -1;
    };
  }

  /** The host, with its port when it is not the scheme's. */
  @Override
  public String toString() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == usualPort(scheme) ? name : name + ":" + port;
  }
}
