package larder.upstream;

import java.net.UnknownHostException;
import java.util.Optional;
import larder.config.Proxies;
import larder.config.ProxyServer;
import larder.proxies.ProxyRoutes;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.auth.AuthExchange;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.BasicScheme;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;

/** How hosts are reached: at once, or through a proxy. */
final class Routes implements HttpRoutePlanner {
  private final Proxies proxies;
  private final CheckedNames names;
  private final ProxyRoutes routes;

  Routes(Proxies proxies, CheckedNames names) {
    this.proxies = proxies;
    this.names = names;
    this.routes = new ProxyRoutes(proxies);
  }

  /** The proxy on the way to a site; empty when there is none. */
  Optional<ProxyServer> proxy(Site site) {
    return proxies.to(site.scheme(), site.host(), site.port());
  }

  /**
   * Checks what the resolver of names does not get to see, and makes larder known to the proxy. The
   * client keeps that from the site: it is for the tunnel, or for the first hop.
   */
  void prepare(Site site, HttpClientContext context) throws UnknownHostException {
    if (proxies.contain(site.host())) {
      // The resolver lets a proxy's host be anywhere, and larder can resolve it in any case.
      names.resolveChecked(site.host());
    }
    Optional<ProxyServer> proxy = proxy(site);
    if (proxy.isPresent()) {
      names.checkUnresolved(site.host());
      proxy.get().login().ifPresent(login -> show(login, ProxyRoutes.host(proxy.get()), context));
    }
  }

  private static void show(ProxyServer.Login login, HttpHost proxy, HttpClientContext context) {
    var basic = new BasicScheme();
    basic.initPreemptive(
        new UsernamePasswordCredentials(login.username(), login.password().value().toCharArray()));
    var exchange = new AuthExchange();
    exchange.select(basic);
    context.setAuthExchange(proxy, exchange);
  }

  @Override
  public HttpRoute determineRoute(HttpHost target, HttpContext context) {
    return routes.determineRoute(target, context);
  }
}
