package larder.proxies;

import larder.config.Proxies;
import larder.config.ProxyServer;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;

/** How hosts are reached: at once, or through a proxy. */
public final class ProxyRoutes implements HttpRoutePlanner {
  private final Proxies proxies;

  public ProxyRoutes(Proxies proxies) {
    this.proxies = proxies;
  }

  @Override
  public HttpRoute determineRoute(HttpHost target, HttpContext context) {
    boolean secure = target.getSchemeName().equals("https");
    int usual = secure ? 443 : 80;
    int port = target.getPort() < 0 ? usual : target.getPort();
    HttpHost whole = new HttpHost(target.getSchemeName(), target.getHostName(), port);
    return proxies
        .to(target.getSchemeName(), target.getHostName(), port)
        .map(proxy -> new HttpRoute(whole, null, host(proxy), secure))
        .orElseGet(() -> new HttpRoute(whole, null, secure));
  }

  /** A proxy as the client knows it. */
  public static HttpHost host(ProxyServer proxy) {
    return new HttpHost(proxy.scheme(), proxy.host(), proxy.port());
  }
}
