package larder.http;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/** The body of an answer, written by the request's own thread. */
@FunctionalInterface
public interface Body {

  /**
   * Writes all of it. On plain connections the channel is a {@link larder.tiering.KernelTarget}.
   *
   * @throws IOException when the bytes cannot be had or the client does not take them; the
   *     connection is closed then, as it is when there are fewer or more bytes than promised
   */
  void writeTo(WritableByteChannel channel) throws IOException;
}
