package larder.registry;

import io.helidon.http.HeaderNames;

/** Sends answers whose body is in memory. */
final class Replies {
  private Replies() {}

  /** Sends a body, or to HEAD its length. */
  static void send(Exchange exchange, byte[] body) {
    if (exchange.isHead()) {
      sendLength(exchange, body.length);
    } else {
      exchange.response().send(body);
      exchange.bytes = body.length;
    }
  }

  /** Answers HEAD for a body of so many bytes. */
  static void sendLength(Exchange exchange, long length) {
    exchange.response().header(HeaderNames.CONTENT_LENGTH, Long.toString(length));
    exchange.response().send();
  }
}
