package larder.registry;

import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;
import larder.http.BodySink;
import larder.upstream.BodyMemory;

/** Sends answers whose body is in memory. */
final class Replies {
  private static final int SLICE = 64 * 1024;

  private Replies() {}

  /** Sends a body, or to HEAD its length. */
  static void send(Exchange exchange, byte[] body) {
    if (exchange.isHead()) {
      sendLength(exchange, body.length);
    } else if (body.length <= BodyMemory.FREE) {
      exchange.response().send(body);
      exchange.bytes = body.length;
    } else {
      exchange.bytes =
          BodySink.send(
              exchange.request(),
              exchange.response(),
              OptionalLong.of(body.length),
              channel -> write(body, channel));
    }
  }

  /** In slices: the JDK copies what a write is given, and the framework would copy the whole. */
  private static void write(byte[] body, WritableByteChannel channel) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(body).limit(0);
    while (rest.position() < body.length) {
      rest.limit(Math.min(body.length, rest.position() + SLICE));
      channel.write(rest);
    }
  }

  /** Answers HEAD for a body of so many bytes. */
  static void sendLength(Exchange exchange, long length) {
    exchange.response().header(HeaderNames.CONTENT_LENGTH, Long.toString(length));
    exchange.response().send();
  }
}
