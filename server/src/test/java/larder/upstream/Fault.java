package larder.upstream;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import larder.upstream.Response.Ending;
import larder.upstream.Response.Framing;
import larder.upstream.Response.Manner;

/** One way in which a registry misbehaves; several can be combined. */
public sealed interface Fault {

  /** What becomes of an answer that would have been good. */
  Response on(Response good);

  /** Another status, with an error's body and, where not empty, a header. */
  record Status(int code, String header, String value) implements Fault {
    @Override
    public Response on(Response good) {
      Response error = Response.error(code, "SCRIPTED");
      return header.isEmpty() ? error : error.with(header, value);
    }
  }

  static Fault status(int code) {
    return new Status(code, "", "");
  }

  /** 429 with this {@code Retry-After}. */
  static Fault throttled(String retryAfter) {
    return new Status(429, "Retry-After", retryAfter);
  }

  static Fault redirect(int code, String location) {
    return new Status(code, "Location", location);
  }

  /** The good body under another status. */
  record Code(int code) implements Fault {
    @Override
    public Response on(Response good) {
      return good.coded(code);
    }
  }

  /** Late headers. */
  record Latency(Duration before) implements Fault {
    @Override
    public Response on(Response good) {
      Manner m = good.manner();
      return good.sent(new Manner(before, m.bytesPerSecond(), m.ending(), m.after()));
    }
  }

  /** A slow body. */
  record Rate(long bytesPerSecond) implements Fault {
    @Override
    public Response on(Response good) {
      Manner m = good.manner();
      return good.sent(new Manner(m.latency(), bytesPerSecond, m.ending(), m.after()));
    }
  }

  /** The connection is cut after so many bytes of the body, by a reset or by a clean close. */
  record Cut(long after, boolean reset) implements Fault {
    @Override
    public Response on(Response good) {
      Ending ending = reset ? Ending.RESET : Ending.CLOSED;
      return good.sent(at(good.manner(), ending, OptionalLong.of(after)));
    }
  }

  /** Silence after so many bytes of the body, for as long as the client bears it. */
  record Hang(long after) implements Fault {
    @Override
    public Response on(Response good) {
      return good.sent(at(good.manner(), Ending.HANGING, OptionalLong.of(after)));
    }
  }

  /** Silence instead of headers. */
  record HangAtOnce() implements Fault {
    @Override
    public Response on(Response good) {
      return good.sent(at(good.manner(), Ending.HANGING, OptionalLong.empty()));
    }
  }

  /** The connection is closed instead of an answer. */
  record NoAnswer(boolean reset) implements Fault {
    @Override
    public Response on(Response good) {
      Ending ending = reset ? Ending.RESET : Ending.CLOSED;
      return good.sent(at(good.manner(), ending, OptionalLong.empty()));
    }
  }

  /** A body without its last bytes, of consistent length. */
  record Shortened(long by) implements Fault {
    @Override
    public Response on(Response good) {
      long length = Math.max(0, good.announced() - by);
      return good.sending(new Limited(good.body(), length), length);
    }
  }

  /** More bytes than announced follow the body, or, when announced, make it longer. */
  record Lengthened(int by, boolean announced) implements Fault {
    @Override
    public Response on(Response good) {
      InputStream more = new ByteArrayInputStream(new byte[by]);
      return good.sending(
          new SequenceInputStream(good.body(), more), good.announced() + (announced ? by : 0));
    }
  }

  /** One byte of the body is wrong. */
  record Flip(long at) implements Fault {
    @Override
    public Response on(Response good) {
      return good.sending(new Flipped(good.body(), at), good.announced());
    }
  }

  /** The good status with other bytes of another type, such as a portal's page. */
  record Instead(String type, String text) implements Fault {
    @Override
    public Response on(Response good) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      return good.sending(new ByteArrayInputStream(body), body.length).with("Content-Type", type);
    }
  }

  static Fault page() {
    return new Instead("text/html; charset=utf-8", "<html><body>Please log in</body></html>");
  }

  /** A header set to another value; an empty value takes it away. */
  record Header(String name, String value) implements Fault {
    @Override
    public Response on(Response good) {
      return value.isEmpty() ? good.without(name) : good.with(name, value);
    }
  }

  /** Claims that the body is compressed. */
  static Fault gzip() {
    return new Header("Content-Encoding", "gzip");
  }

  /** No length: in chunks, or until the connection is closed. */
  record NoLength(boolean chunked) implements Fault {
    @Override
    public Response on(Response good) {
      return good.framed(chunked ? Framing.CHUNKED : Framing.CLOSE);
    }
  }

  /** The whole as an answer to a request for a part. */
  record IgnoreRange() implements Fault {
    @Override
    public Response on(Response good) {
      return good;
    }
  }

  private static Manner at(Manner m, Ending ending, OptionalLong after) {
    return new Manner(m.latency(), m.bytesPerSecond(), ending, after);
  }

  /** A stream's first bytes. */
  final class Limited extends InputStream {
    private final InputStream in;
    private long left;

    Limited(InputStream in, long most) {
      this.in = in;
      this.left = most;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int n = in.read(buffer, offset, (int) Math.min(length, left));
      left -= Math.max(n, 0);
      return n;
    }
  }

  /** A stream with one bit changed. */
  final class Flipped extends InputStream {
    private final InputStream in;
    private final long where;
    private long at;

    Flipped(InputStream in, long where) {
      this.in = in;
      this.where = where;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = in.read(buffer, offset, length);
      if (n > 0 && where >= at && where < at + n) {
        buffer[offset + (int) (where - at)] ^= 1;
      }
      at += Math.max(n, 0);
      return n;
    }
  }
}
