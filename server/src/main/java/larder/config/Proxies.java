package larder.config;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Through which proxies hosts are reached. The environment says it, by the names and rules that
 * Docker's users know: {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY}, or the same in
 * lower case where the former is not there.
 */
public final class Proxies {
  /** All hosts are reached at once. */
  public static final Proxies NONE =
      new Proxies(Optional.empty(), Optional.empty(), NoProxy.parse(""));

  private final Optional<ProxyServer> http;
  private final Optional<ProxyServer> https;
  private final NoProxy direct;

  private Proxies(Optional<ProxyServer> http, Optional<ProxyServer> https, NoProxy direct) {
    this.http = http;
    this.https = https;
    this.direct = direct;
  }

  /** Reads the environment's variables, none of whose values is ever told: they hold passwords. */
  public static Proxies of(Map<String, String> environment) throws ConfigException {
    String direct =
        variable(environment, "NO_PROXY")
            .map(name -> environment.getOrDefault(name, ""))
            .orElse("");
    return new Proxies(
        proxy(environment, "HTTP_PROXY"), proxy(environment, "HTTPS_PROXY"), NoProxy.parse(direct));
  }

  /**
   * The proxy on the way to a host; empty when there is none.
   *
   * @param scheme by which the host is spoken to, {@code http} or {@code https}
   */
  public Optional<ProxyServer> to(String scheme, String host, int port) {
    return (scheme.equals("https") ? https : http).filter(any -> !direct.covers(host, port));
  }

  /** The proxies that there are. */
  public Stream<ProxyServer> all() {
    return Stream.of(http, https).flatMap(Optional::stream).distinct();
  }

  /** Whether a host is one of the proxies. */
  public boolean contain(String host) {
    return all().anyMatch(proxy -> bare(proxy.host()).equalsIgnoreCase(bare(host)));
  }

  private static String bare(String host) {
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    return Stream.of(name, name.toLowerCase(Locale.ROOT))
        .filter(each -> !environment.getOrDefault(each, "").isEmpty())
        .findFirst();
  }

  private static Optional<ProxyServer> proxy(Map<String, String> environment, String name)
      throws ConfigException {
    Optional<String> variable = variable(environment, name);
    if (variable.isEmpty()) {
      return Optional.empty();
    }
    Optional<ProxyServer> proxy = ProxyServer.parse(environment.getOrDefault(variable.get(), ""));
    if (proxy.isEmpty()) {
      throw new ConfigException(
          "environment variable "
              + variable.get()
              + " is not accepted; write http://host:port or https://host:port, with user:password@"
              + " before the host where the proxy wants that, in percent-encoding");
    }
    return proxy;
  }
}
