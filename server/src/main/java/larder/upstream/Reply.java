package larder.upstream;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import larder.tiering.SourceException.Unavailable;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;

/**
 * A host's answer, its body still on the way. Closing before the body's end gives up the
 * connection; reading to the end gives it back to the pool.
 */
final class Reply implements Closeable {
  /** A redirect's or an error's body is read, up to here, so that the connection can be kept. */
  private static final int WORTH_READING = 16 * 1024;

  /** For a body that is read whole into memory: a host that sends it byte by byte is given up. */
  private static final Duration UNTIL_WHOLE = Duration.ofSeconds(60);

  private final Ask ask;
  private final Site site;
  private final ClassicHttpResponse response;
  private final Deadlines deadlines;
  private final ReplyBody body;

  Reply(
      Ask ask,
      Site site,
      ClassicHttpResponse response,
      Runnable abort,
      Deadlines deadlines,
      Duration silence,
      LongConsumer ended)
      throws Unavailable {
    this.ask = ask;
    this.site = site;
    this.response = response;
    this.deadlines = deadlines;
    InputStream in = InputStream.nullInputStream();
    long length = 0;
    HttpEntity entity = response.getEntity();
    if (entity != null) {
      length = entity.getContentLength();
      try {
        in = entity.getContent();
      } catch (IOException e) {
        abort.run();
        ended.accept(0);
        throw new Unavailable(ask.what() + " from " + site + ": " + e.getMessage(), e);
      }
    }
    this.body = new ReplyBody(in, length, ask.what() + " from " + site, silence, abort, ended);
    if (entity == null) {
      body.end();
    }
  }

  Ask ask() {
    return ask;
  }

  Site site() {
    return site;
  }

  int status() {
    return response.getCode();
  }

  boolean is2xx() {
    return status() / 100 == 2;
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(response.getFirstHeader(name)).map(Header::getValue);
  }

  List<String> headers(String name) {
    return Arrays.stream(response.getHeaders(name)).map(Header::getValue).toList();
  }

  /** The value of {@code Content-Type} without parameters, in lower case. */
  Optional<String> mediaType() {
    return header("Content-Type")
        .map(type -> type.split(";", 2)[0].strip().toLowerCase(java.util.Locale.ROOT))
        .filter(type -> !type.isEmpty());
  }

  /** What {@code Content-Length} says; for an answer to HEAD, of what GET would give. */
  OptionalLong length() {
    if (!ask.isHead()) {
      long length = body.length();
      return length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
    }
    return header("Content-Length")
        .filter(text -> text.matches("\\d{1,18}"))
        .map(text -> OptionalLong.of(Long.parseLong(text)))
        .orElse(OptionalLong.empty());
  }

  /** How long the host asks to be left alone. */
  Optional<Duration> retryAfter(Instant now) {
    return header("Retry-After").flatMap(text -> RetryAfter.parse(text, now));
  }

  InputStream body() {
    return body;
  }

  /**
   * The whole body, which ends this answer.
   *
   * @param memory holds it until it is there
   * @throws Unavailable when it is longer than {@code most}, breaks or takes too long
   * @throws BodyMemory.ExhaustedException when there is no room for it
   */
  byte[] whole(int most, BodyMemory memory) throws Unavailable, BodyMemory.ExhaustedException {
    if (body.length() > most) {
      close();
      throw tooLong(most);
    }
    try (var deadline = deadlines.in(UNTIL_WHOLE, body::abort)) {
      byte[] bytes;
      try {
        bytes = body.length() > 0 ? ofLength(memory) : untilEnd(most, memory);
      } catch (BodyMemory.ExhaustedException e) {
        throw e;
      } catch (IOException e) {
        throw new Unavailable(
            e.getMessage() == null ? ask.what() + " from " + site + ": broke" : e.getMessage(),
            deadline.passed() ? new SocketTimeoutException("not whole in " + UNTIL_WHOLE) : e);
      }
      if (bytes.length > most) {
        throw tooLong(most);
      }
      return bytes;
    } finally {
      close();
    }
  }

  private byte[] ofLength(BodyMemory memory) throws IOException {
    try (BodyMemory.Hold _ = memory.hold(body.length())) {
      byte[] bytes = new byte[(int) body.length()];
      int read = body.readNBytes(bytes, 0, bytes.length);
      if (read < bytes.length) {
        throw new EOFException(
            "%s from %s: ended after %d of %d bytes"
                .formatted(ask.what(), site, read, bytes.length));
      }
      return bytes;
    }
  }

  private byte[] untilEnd(int most, BodyMemory memory) throws IOException {
    try (InputStream held = memory.holding(body)) {
      return held.readNBytes(most + 1);
    }
  }

  /** The same for a body that is free since it is small. */
  byte[] wholeSmall() throws Unavailable {
    try {
      // The one byte more, held twice, tells that it is too long.
      return whole(BodyMemory.FREE, new BodyMemory("small bodies", 2));
    } catch (BodyMemory.ExhaustedException e) {
      throw new AssertionError("a small body is free", e);
    }
  }

  private Unavailable tooLong(int most) {
    return new Unavailable(
        ask.what() + " from " + site + " is longer than the " + most + " bytes that larder takes",
        null);
  }

  /** Done with this answer; the connection is kept when what is left of the body is small. */
  void discard() {
    if (body.length() <= WORTH_READING) {
      try (var deadline = deadlines.in(Duration.ofSeconds(1), body::abort)) {
        body.readNBytes(WORTH_READING + 1);
      } catch (IOException e) {
        // Nothing of it was wanted.
      }
    }
    close();
  }

  @Override
  public void close() {
    body.close();
  }

  static String seconds(Duration duration) {
    return duration.toMillis() / 1000.0 + " s";
  }
}
