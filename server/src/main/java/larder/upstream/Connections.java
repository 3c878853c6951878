package larder.upstream;

import java.io.IOException;
import java.time.Duration;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * How one upstream's HTTP client is set up: it does one exchange at a time as told and nothing by
 * itself, so that redirects, tokens and retries are decided where they can be checked.
 */
final class Connections {
  private static final int LONGEST_LINE = 8 * 1024;
  private static final int MOST_HEADERS = 200;
  private static final int BUFFER = 64 * 1024;
  private static final TimeValue UNCHECKED_IDLENESS = TimeValue.ofSeconds(1);
  private static final TimeValue KEPT_IDLE = TimeValue.ofSeconds(60);

  /** Who waits for a connection waits for other answers to end, and they may be long. */
  private static final int TIMES_AS_PATIENT = 3;

  /** On an exchange's context: what to run once there is a connection for it, or room for one. */
  static final String LEASED = "larder.leased";

  /** On an exchange's context: whether its connection had been used before. */
  static final String REUSED = "larder.reused";

  /** On an exchange's context: that its connection is a tunnel that was made for it. */
  private static final String TUNNELLED = "larder.tunnelled";

  private Connections() {}

  /** That a proxy does not let larder through. */
  static final class ProxyRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    ProxyRefusedException(int status) {
      super(
          status == 407
              ? "the proxy does not take larder's login, or wants one: 407"
              : "the proxy refused with " + status);
    }
  }

  /**
   * @param connect until a connection stands, TLS included
   * @param response until the next piece of an answer's headers
   * @param silence between two pieces of a body
   */
  record Patience(Duration connect, Duration response, Duration silence) {}

  /**
   * @param most connections at once, idle ones among them; one host gets nearly all of them, so
   *     that blobs leave some for what tells where they are
   */
  static CloseableHttpClient open(
      int most,
      Patience patience,
      DnsResolver names,
      TlsSocketStrategy tls,
      HttpRoutePlanner routes,
      String userAgent) {
    var http1 =
        Http1Config.custom()
            .setMaxLineLength(LONGEST_LINE)
            .setMaxHeaderCount(MOST_HEADERS)
            .setMaxEmptyLineCount(2)
            .setBufferSize(BUFFER)
            .build();
    var pool =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder().http1Config(http1).build())
            .setDnsResolver(names)
            .setTlsSocketStrategy(tls)
            .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.STRICT)
            .setMaxConnTotal(most)
            .setMaxConnPerRoute(Math.max(1, most - Math.max(1, most / 8)))
            .setDefaultSocketConfig(
                SocketConfig.custom()
                    .setSoTimeout(timeout(patience.response()))
                    .setTcpNoDelay(true)
                    .build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(timeout(patience.connect()))
                    .setSocketTimeout(timeout(patience.response()))
                    .setValidateAfterInactivity(UNCHECKED_IDLENESS)
                    .build())
            .build();
    return HttpClients.custom()
        .setConnectionManager(pool)
        .setRoutePlanner(routes)
        .addExecInterceptorBefore(ChainElement.CONNECT.name(), "lease", Connections::lease)
        .setRequestExecutor(new Executor(timeout(patience.silence())))
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectionRequestTimeout(
                    timeout(patience.response().multipliedBy(TIMES_AS_PATIENT)))
                .setResponseTimeout(timeout(patience.response()))
                .setAuthenticationEnabled(false)
                .setRedirectsEnabled(false)
                .setExpectContinueEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .build())
        .setUserAgent(userAgent)
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableAuthCaching()
        .disableCookieManagement()
        .disableContentCompression()
        .disableConnectionState()
        .evictExpiredConnections()
        .evictIdleConnections(KEPT_IDLE)
        .build();
  }

  /** Waits for a connection apart, since that wait is larder's doing and not the host's. */
  private static ClassicHttpResponse lease(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    scope.execRuntime.acquireEndpoint(
        scope.exchangeId, scope.route, scope.clientContext.getUserToken(), scope.clientContext);
    ((Runnable) scope.clientContext.getAttribute(LEASED)).run();
    return chain.proceed(request, scope);
  }

  private static Timeout timeout(Duration duration) {
    return Timeout.of(duration);
  }

  /**
   * Notes what a connection was before, and changes its time-out from that of headers to that of
   * bodies.
   */
  private static final class Executor extends HttpRequestExecutor {
    private final Timeout silence;

    Executor(Timeout silence) {
      this.silence = silence;
    }

    @Override
    public ClassicHttpResponse execute(
        ClassicHttpRequest request,
        HttpClientConnection connection,
        HttpResponseInformationCallback informed,
        HttpContext context)
        throws IOException, HttpException {
      if (Method.CONNECT.isSame(request.getMethod())) {
        return tunnel(request, connection, informed, context);
      }
      long tunnelling = context.getAttribute(TUNNELLED) == null ? 0 : 1;
      boolean reused = connection.getEndpointDetails().getRequestCount() > tunnelling;
      context.setAttribute(REUSED, reused);
      if (reused && connection.isDataAvailable(Timeout.ONE_MILLISECOND)) {
        // Bytes that nobody asked for would be taken for the answer to this request.
        throw new NoHttpResponseException("bytes beyond the previous answer");
      }
      ClassicHttpResponse response = super.execute(request, connection, informed, context);
      connection.setSocketTimeout(silence);
      return response;
    }

    /** Asks a proxy for a way to the host. Its refusal would be taken for the host's answer. */
    private ClassicHttpResponse tunnel(
        ClassicHttpRequest request,
        HttpClientConnection connection,
        HttpResponseInformationCallback informed,
        HttpContext context)
        throws IOException, HttpException {
      context.setAttribute(TUNNELLED, true);
      ClassicHttpResponse response = super.execute(request, connection, informed, context);
      if (response.getCode() != 200) {
        throw new ProxyRefusedException(response.getCode());
      }
      return response;
    }
  }
}
