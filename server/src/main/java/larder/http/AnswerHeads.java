package larder.http;

import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;

/**
 * Makes the last answer of a connection say so, and a connection whose answer says so end with it.
 */
final class AnswerHeads implements Http1ConnectionListener {

  @Override
  public void headers(ConnectionContext context, Headers headers) {
    if (context instanceof TimedContext timed) {
      timed.connection().answerHead(headers);
      if (timed.connection().isLast() && headers instanceof WritableHeaders<?> writable) {
        writable.set(HeaderValues.CONNECTION_CLOSE);
      }
    }
  }
}
