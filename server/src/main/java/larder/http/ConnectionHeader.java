package larder.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;

/** Reads the header that says whether a connection is to be closed. */
final class ConnectionHeader {
  private ConnectionHeader() {}

  static boolean closes(Headers headers) {
    return headers.contains(HeaderNames.CONNECTION)
        && headers.containsToken(HeaderValues.CONNECTION_CLOSE);
  }
}
