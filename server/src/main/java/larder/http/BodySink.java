package larder.http;

import io.helidon.common.GenericType;
import io.helidon.http.Method;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http.spi.Sink;
import io.helidon.webserver.http.spi.SinkProviderContext;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.OptionalLong;

/**
 * Sends a body by handing out the client's socket, so that the kernel can send a file. Over TLS,
 * and for a body of unknown length, it hands out a channel into the answer's stream instead.
 */
public final class BodySink implements Sink<Body> {
  static final GenericType<BodySink> TYPE = GenericType.create(BodySink.class);

  private final SinkProviderContext context;
  private final OutputStream stream;
  private final BodyChannel channel;

  BodySink(SinkProviderContext context) {
    this.context = context;
    OptionalLong length = context.serverResponse().headers().contentLength();
    this.stream = context.serverResponse().outputStream();
    context.flushHeaders();
    this.channel =
        length.isPresent()
                && !context.connectionContext().isSecure()
                && context.connectionContext() instanceof TimedContext timed
            ? new SocketBody(length, timed.connection())
            : new StreamBody(length, stream);
  }

  /**
   * Sends an answer's headers and body. To HEAD only the headers are sent.
   *
   * @param length of the body in bytes; empty sends it in chunks, which HEAD cannot have
   * @return how many bytes of the body were sent
   * @throws CutShortException when the body ended early, or the client left
   */
  public static long send(
      ServerRequest request, ServerResponse response, OptionalLong length, Body body) {
    if (length.isPresent()) {
      response.contentLength(length.getAsLong());
    }
    if (request.prologue().method().equals(Method.HEAD)) {
      if (length.isEmpty()) {
        throw new IllegalArgumentException("an answer to HEAD needs the length");
      }
      response.send();
      return 0;
    }
    BodySink sink = response.sink(TYPE);
    // Closing it would make a body that was cut look whole, so that is left undone where emit
    // fails.
    sink.emit(body);
    sink.close();
    return sink.channel.bytes();
  }

  @Override
  public BodySink emit(Body body) {
    try {
      body.writeTo(channel);
    } catch (IOException | UncheckedIOException | CloseConnectionException e) {
      throw new CutShortException(
          channel.bytes(), "the body ended after " + channel.bytes() + " bytes", e);
    }
    if (!channel.whole()) {
      throw new CutShortException(
          channel.bytes(),
          "the body ended after " + channel.bytes() + " bytes",
          new EOFException("not the promised length"));
    }
    return this;
  }

  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    context.closeRunnable().run();
  }
}
