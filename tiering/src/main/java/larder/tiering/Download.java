package larder.tiering;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one blob in order, from the first source that gives them. When a source breaks it is
 * asked again from the next byte on, and after {@link #STRIKES} failures in a row the next source
 * is. Not safe for use by several threads at once.
 */
final class Download implements Closeable {
  /**
   * How often in a row a source may fail. A time-out counts twice, since clients wait meanwhile.
   */
  static final int STRIKES = 4;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofSeconds(2);

  /** A source that breaks again before it gave this much has made no progress. */
  private static final long PROGRESS = 64 * 1024;

  private final BlobKey key;
  private final List<Source> sources;
  private final Pause pause;

  private long position;
  private OptionalLong size = OptionalLong.empty();
  private Source.@Nullable Answer answer;
  private int current;
  private int strikes;
  private long lastFailure = -PROGRESS;

  Download(BlobKey key, List<Source> sources, long position, Pause pause) {
    this.key = key;
    this.sources = sources;
    this.position = position;
    this.pause = pause;
  }

  /** Of the next byte that {@link #read} gives. */
  long position() {
    return position;
  }

  /** Of the whole blob, as far as a source has said. */
  OptionalLong size() {
    return size;
  }

  /** The source that is being read, or was last asked. */
  Source source() {
    return sources.get(current);
  }

  /**
   * Asks the sources until one answers.
   *
   * @throws SourceException.Unknown when a source says that there is no such blob, {@link
   *     SourceException.Denied} when it may not be had
   * @throws IOException what the last source failed with
   */
  void open() throws IOException {
    while (answer == null) {
      try {
        answer = ask(source());
      } catch (SourceException.Unknown | SourceException.Denied e) {
        if (position == 0) {
          throw e;
        }
        strike(e, STRIKES);
      } catch (SourceException.Throttled e) {
        Duration wait = e.retryAfter().orElse(LONGEST_RETRY_AFTER.plusMillis(1));
        if (wait.compareTo(LONGEST_RETRY_AFTER) > 0) {
          strike(e, STRIKES);
        } else {
          strike(e, 1);
          pause.take(wait);
        }
      } catch (SourceException.Unavailable e) {
        strike(e, e.timedOut() ? 2 : 1);
      } catch (IOException e) {
        strike(e, 1);
      }
    }
  }

  /**
   * Reads at least one byte.
   *
   * @return how many; -1 at the end of the blob
   * @throws IOException when no source gives the next byte
   */
  int read(byte[] into, int offset, int length) throws IOException {
    while (true) {
      open();
      Source.Answer from = java.util.Objects.requireNonNull(answer);
      try {
        int read = from.bytes().read(into, offset, length);
        if (read > 0) {
          position += read;
          return read;
        }
        if (size.isEmpty() || position >= size.getAsLong()) {
          return -1;
        }
        throw new EOFException(
            source().name() + " ended " + key + " at byte " + position + " of " + size.getAsLong());
      } catch (IOException e) {
        close();
        strike(e, e instanceof java.net.SocketTimeoutException ? 2 : 1);
      }
    }
  }

  /** The same download in other hands; this one is as if closed. */
  Download handOver() {
    Download other = new Download(key, sources, position, pause);
    other.size = size;
    other.answer = answer;
    other.current = current;
    answer = null;
    return other;
  }

  @Override
  public void close() {
    Source.Answer last = answer;
    if (last != null) {
      answer = null;
      try {
        last.close();
      } catch (IOException e) {
        // The source has broken already, or nobody wants more of it.
      }
    }
  }

  private Source.Answer ask(Source source) throws IOException {
    Source.Answer opened = source.open(position);
    try {
      if (size.isPresent() && opened.size().isPresent() && !size.equals(opened.size())) {
        throw new IOException(
            source.name()
                + " says that "
                + key
                + " has "
                + opened.size().getAsLong()
                + " bytes, it was said to have "
                + size.getAsLong());
      }
      if (size.isEmpty()) {
        size = opened.size();
      }
      opened.bytes().skipNBytes(position - opened.offset());
      return opened;
    } catch (IOException e) {
      opened.close();
      throw e;
    }
  }

  private void strike(IOException e, int weight) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw e;
    }
    strikes = position - lastFailure >= PROGRESS ? weight : strikes + weight;
    lastFailure = position;
    if (strikes >= STRIKES) {
      if (current + 1 >= sources.size()) {
        throw e;
      }
      current++;
      strikes = 0;
    } else {
      pause.take(FIRST_PAUSE.multipliedBy(1L << strikes));
    }
  }
}
