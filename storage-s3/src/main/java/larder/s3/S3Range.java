package larder.s3;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A part of an object as one request gives it. */
final class S3Range extends ChunkStream {
  private static final Pattern RANGE =
      Pattern.compile("bytes (?<start>[0-9]{1,18})-[0-9]{1,18}/(?<size>[0-9]{1,18})");

  private final Reader reader;
  private final ResponseInputStream<GetObjectResponse> answer;
  private final long size;
  private final long end;
  private final long begun;
  private final long start;
  private final AtomicBoolean told = new AtomicBoolean();
  private long position;

  /**
   * Who asks for parts of one object.
   *
   * @param denied told of a refusal that is taken for absence
   */
  record Reader(
      S3Client client, S3Bucket bucket, String key, Runnable denied, S3Requests requests) {
    private String what() {
      return "read " + key + " from " + bucket;
    }

    /**
     * The first bytes from one on.
     *
     * @param most how many bytes are wanted at first
     * @return empty when there is no such object
     */
    Optional<S3Range> first(long from, long most) throws IOException {
      try {
        return Optional.of(answer("bytes=%d-%d".formatted(from, from + most - 1), from, ""));
      } catch (S3Exception e) {
        if (S3Failures.absent(e)) {
          return Optional.empty();
        }
        if (S3Failures.denied(e)) {
          denied.run();
          return Optional.empty();
        }
        if (e.statusCode() == S3Failures.NO_SUCH_RANGE && from > 0) {
          throw new IOException(what() + ": it has no byte " + from, e);
        }
        if (e.statusCode() != S3Failures.NO_SUCH_RANGE) {
          throw S3Failures.of(what(), e);
        }
      } catch (SdkException e) {
        throw S3Failures.of(what(), e);
      }
      return empty();
    }

    /** An object without bytes has no part that could be asked for. */
    private Optional<S3Range> empty() throws IOException {
      try {
        return Optional.of(answer("", 0, ""));
      } catch (SdkException e) {
        throw S3Failures.of(what(), e);
      }
    }

    /**
     * More of the same object.
     *
     * @param end the first byte that is not wanted
     * @throws IOException also when it has changed meanwhile
     */
    S3Range more(long from, long end, String etag) throws IOException {
      try {
        return answer("bytes=%d-%d".formatted(from, end - 1), from, etag);
      } catch (SdkException e) {
        throw S3Failures.of(what() + " from byte " + from + " on", e);
      }
    }

    private S3Range answer(String range, long from, String etag) throws IOException {
      GetObjectRequest.Builder request =
          GetObjectRequest.builder().bucket(bucket.name()).key(bucket.prefix() + key);
      if (!range.isEmpty()) {
        request.range(range);
      }
      if (!etag.isEmpty()) {
        request.ifMatch(etag);
      }
      long begun = System.nanoTime();
      ResponseInputStream<GetObjectResponse> answer = client.getObject(request.build());
      boolean good = false;
      try {
        S3Range opened = new S3Range(this, answer, from, begun);
        opened.skipNBytes(from - opened.position);
        good = true;
        return opened;
      } finally {
        if (!good) {
          requests.read(answer.response().sdkHttpResponse().statusCode(), 0, begun);
          answer.abort();
        }
      }
    }
  }

  private S3Range(
      Reader reader, ResponseInputStream<GetObjectResponse> answer, long from, long begun)
      throws IOException {
    GetObjectResponse head = answer.response();
    Long length = head.contentLength();
    if (length == null || head.eTag() == null || head.lastModified() == null) {
      throw new IOException(
          reader.what() + ": the answer lacks what S3 always tells; is the endpoint right?");
    }
    this.reader = reader;
    this.begun = begun;
    this.answer = answer;
    // A store that knows no ranges gives the whole.
    String range = head.contentRange();
    Matcher part = RANGE.matcher(range == null ? "bytes 0-0/" + length : range);
    if (!part.matches() || (range != null && Long.parseLong(part.group("start")) != from)) {
      throw new IOException(
          "%s: asked for bytes from %d on, got %s".formatted(reader.what(), from, range));
    }
    this.position = range == null ? 0 : from;
    this.start = position;
    this.end = position + length;
    this.size = Long.parseLong(part.group("size"));
  }

  Reader reader() {
    return reader;
  }

  /** Of the whole object, in bytes. */
  long size() {
    return size;
  }

  /** Of the next byte. */
  long position() {
    return position;
  }

  /** The first byte that this part has not. */
  long end() {
    return end;
  }

  String etag() {
    return answer.response().eTag();
  }

  Instant modified() {
    return answer.response().lastModified();
  }

  /** When the store answered, by its own clock. */
  Optional<Instant> answered() {
    return AnswerTime.of(answer.response());
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    try {
      int read = answer.read(into, offset, length);
      if (read > 0) {
        position += read;
      }
      return read;
    } catch (SocketTimeoutException e) {
      SocketTimeoutException silent =
          new SocketTimeoutException(reader.what() + ": silent at byte " + position);
      silent.initCause(e);
      throw silent;
    } catch (SdkException | IOException e) {
      throw new IOException(reader.what() + ": broke at byte " + position, e);
    }
  }

  /** A connection on which more is to come is given up, since nobody would read it. */
  @Override
  public void close() throws IOException {
    if (!told.getAndSet(true)) {
      reader
          .requests()
          .read(answer.response().sdkHttpResponse().statusCode(), position - start, begun);
    }
    if (position < end) {
      answer.abort();
    } else {
      answer.close();
    }
  }
}
