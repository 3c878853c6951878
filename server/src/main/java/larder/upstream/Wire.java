package larder.upstream;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import javax.net.ssl.SSLException;
import larder.tiering.Event;
import larder.tiering.Events;
import larder.tiering.SourceException.Unavailable;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.io.CloseMode;

/** Asks hosts: one request, one answer, one event. */
final class Wire implements AutoCloseable {
  /** A pool may hold several connections that a restarted host has dropped. */
  private static final int MOST_DROPPED_CONNECTIONS = 3;

  private final String upstream;
  private final CloseableHttpClient client;
  private final Routes routes;
  private final Deadlines deadlines = new Deadlines();
  private final Duration untilHeaders;
  private final Duration silence;
  private final Events events;
  private final InstantSource clock;
  private volatile boolean closed;

  Wire(
      String upstream,
      CloseableHttpClient client,
      Routes routes,
      Connections.Patience patience,
      Events events,
      InstantSource clock) {
    this.upstream = upstream;
    this.client = client;
    this.routes = routes;
    this.untilHeaders = patience.connect().plus(patience.response());
    this.silence = patience.silence();
    this.events = events;
    this.clock = clock;
  }

  /**
   * One exchange with the site, whatever the status of its answer.
   *
   * @throws Unavailable when there is no answer
   */
  Reply exchange(Ask ask, Site site) throws Unavailable {
    for (int dropped = 0; ; dropped++) {
      Instant start = clock.instant();
      HttpUriRequestBase request = request(ask);
      HttpClientContext context = HttpClientContext.create();
      try (var deadline = deadlines.later(untilHeaders, request::abort)) {
        context.setAttribute(Connections.LEASED, (Runnable) deadline::start);
        ClassicHttpResponse response;
        try {
          routes.prepare(site, context);
          response = client.executeOpen(site.target(), request, context);
          if (response.getCode() == 407 && routes.proxy(site).isPresent()) {
            response.close();
            throw new Connections.ProxyRefusedException(407);
          }
        } catch (ConnectionRequestTimeoutException e) {
          BusyException busy = new BusyException(upstream);
          busy.initCause(e);
          throw unavailable(ask, site, busy);
        } catch (IOException e) {
          boolean inTime = !deadline.passed();
          if (inTime && droppedBefore(e, context) && dropped < MOST_DROPPED_CONNECTIONS) {
            continue;
          }
          emit(ask, site, 0, 0, start);
          if (inTime && noAnswer(e, context) && dropped == 0 && ask.form().isEmpty()) {
            continue;
          }
          throw unavailable(ask, site, deadline.passed() ? timedOut(untilHeaders, e) : e);
        } catch (IllegalStateException e) {
          if (!closed) {
            throw e;
          }
          throw new Unavailable(ask.what() + " from " + site + ": larder is stopping", e);
        }
        return new Reply(
            ask,
            site,
            response,
            request::abort,
            deadlines,
            silence,
            bytes -> emit(ask, site, response.getCode(), bytes, start));
      }
    }
  }

  private static HttpUriRequestBase request(Ask ask) {
    var request = new HttpUriRequestBase(ask.method(), ask.uri());
    ask.headers().forEach(request::addHeader);
    request.setHeader("Accept-Encoding", "identity");
    ask.authorization().ifPresent(value -> request.setHeader("Authorization", value));
    ask.form()
        .ifPresent(text ->
            request.setEntity(
                new StringEntity(text, ContentType.APPLICATION_FORM_URLENCODED, false)));
    return request;
  }

  /** Whether the host had dropped an idle connection before it could have seen the request. */
  private static boolean droppedBefore(IOException e, HttpClientContext context) {
    return reused(context)
        && (e instanceof NoHttpResponseException || e instanceof SocketException);
  }

  /** Whether what came was perhaps left from an earlier answer on the same connection. */
  private static boolean noAnswer(IOException e, HttpClientContext context) {
    return reused(context)
        && (e instanceof MessageConstraintException || e instanceof ClientProtocolException);
  }

  private static boolean reused(HttpClientContext context) {
    return Boolean.TRUE.equals(context.getAttribute(Connections.REUSED));
  }

  private static SocketTimeoutException timedOut(Duration after, IOException cause) {
    var timeout = new SocketTimeoutException("no answer within " + Reply.seconds(after));
    timeout.initCause(cause);
    return timeout;
  }

  private Unavailable unavailable(Ask ask, Site site, IOException e) {
    String why =
        switch (e) {
          case CheckedNames.RefusedException refused -> String.valueOf(refused.getMessage());
          case UnknownHostException unknown -> "the name does not resolve";
          case BusyException busy -> String.valueOf(busy.getMessage());
          case InterruptedIOException silent -> "time-out: " + silent.getMessage();
          case SSLException tls -> "TLS failed: " + tls.getMessage();
          case NoHttpResponseException closed -> "closed the connection instead of answering";
          default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    String through = routes.proxy(site).map(proxy -> " through proxy " + proxy).orElse("");
    return new Unavailable(ask.what() + " from " + site + through + ": " + why, e);
  }

  private void emit(Ask ask, Site site, int status, long bytes, Instant start) {
    Instant now = clock.instant();
    events.on(
        new Event.Fetched(
            now,
            upstream,
            site.toString(),
            ask.cause(),
            status,
            bytes,
            Duration.between(start, now)));
  }

  @Override
  public void close() {
    closed = true;
    deadlines.close();
    client.close(CloseMode.IMMEDIATE);
  }
}
