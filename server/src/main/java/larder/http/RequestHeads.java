package larder.http;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;

/** Tells a connection of its requests. */
final class RequestHeads implements Http1ConnectionListener {

  /** Refuses what was sent behind the last request. */
  @Override
  public void prologue(ConnectionContext context, HttpPrologue prologue) {
    if (context instanceof TimedContext timed && timed.connection().isLast()) {
      throw new CloseConnectionException("a request behind the last one");
    }
  }

  @Override
  public void headers(ConnectionContext context, Headers headers) {
    if (context instanceof TimedContext timed) {
      timed.connection().requestHead(headers);
    }
  }
}
