package larder.tiering;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PushbackInputStream;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one blob in order, from the first source that gives them. When a source breaks it is
 * asked again from the next byte on, and after some failures in a row the next source is. Not safe
 * for use by several threads at once.
 */
final class Download implements Closeable {
  /** How often in a row a source may fail while there is another one. */
  static final int STRIKES = 4;

  /** How often the last one may, so that an upstream that breaks many requests still gives all. */
  static final int LAST_STRIKES = 8;

  /** How often one that keeps copies may, so that a connection that is cut is not the end of it. */
  static final int COPY_STRIKES = 2;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofSeconds(2);

  /** Failures before and after so many bytes are not in a row. */
  private static final long PROGRESS = 64 * 1024;

  private final BlobKey key;
  private final List<Source> sources;
  private final Pause pause;

  private long position;
  private OptionalLong size = OptionalLong.empty();
  private boolean ended;
  private Source.@Nullable Answer answer;
  private int current;
  private final Set<Source> copies = new LinkedHashSet<>();
  private int strikes;
  private long rowBegan;

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

  /** Says what is known of the whole blob's size beforehand. */
  void know(OptionalLong known) {
    this.size = known;
  }

  /** The source that is being read, or was last asked. */
  Source source() {
    return sources.get(current);
  }

  /** The places with copies that some of the bytes are from. */
  Set<Source> copies() {
    return copies;
  }

  /** Says from which copies bytes before its own are. */
  void follows(Set<Source> earlier) {
    copies.addAll(earlier);
  }

  /** Tells those who gave the bytes that these are wrong. */
  CorruptBlobException wrong(String got) {
    copies.forEach(Source::wasWrong);
    return new CorruptBlobException(key, source().name(), got);
  }

  /**
   * Asks the sources until one answers with the next byte, or with the end.
   *
   * @throws SourceException.Unknown when a source says that there is no such blob, {@link
   *     SourceException.Denied} when it may not be had
   * @throws IOException what the last source failed with
   */
  void open() throws IOException {
    while (answer == null) {
      try {
        answer = ask(source());
      } catch (CorruptBlobException e) {
        throw e;
      } catch (SourceException.Unknown | SourceException.Denied e) {
        if (position == 0 && !source().keepsCopies()) {
          throw e;
        }
        strike(e, limit(), Duration.ZERO);
      } catch (SourceException.Throttled e) {
        Duration wait = e.retryAfter().orElse(LONGEST_RETRY_AFTER.plusMillis(1));
        boolean tooLong = wait.compareTo(LONGEST_RETRY_AFTER) > 0;
        strike(e, tooLong ? limit() : limit() / 4, wait);
      } catch (IOException e) {
        strike(e, weight(e), Duration.ZERO);
      }
    }
  }

  /** Asks the sources for what is still to come, if anything is, as {@link #open} does. */
  void openRest() throws IOException {
    if (!ended && (size.isEmpty() || position < size.getAsLong())) {
      open();
    }
  }

  /**
   * Reads at least one byte.
   *
   * @return how many; -1 at the end of the blob
   * @throws CorruptBlobException when a source has more bytes than were to come
   * @throws IOException when no source gives the next byte
   */
  int read(byte[] into, int offset, int length) throws IOException {
    while (!ended) {
      if (size.isPresent() && position == size.getAsLong()) {
        gave();
        end();
        break;
      }
      open();
      Source.Answer from = Objects.requireNonNull(answer);
      try {
        int most = (int) Math.min(length, size.orElse(Long.MAX_VALUE) - position);
        int read = most == 0 ? 0 : from.bytes().read(into, offset, most);
        if (read > 0) {
          position += read;
          gave();
          return read;
        }
        if (most > 0) {
          if (size.isPresent()) {
            throw endedEarly();
          }
          ended = true;
        }
      } catch (IOException e) {
        close();
        strike(e, weight(e), Duration.ZERO);
      }
    }
    return -1;
  }

  /** The source has a part in what was read, be it that there is no more. */
  private void gave() {
    if (answer != null && source().keepsCopies()) {
      copies.add(source());
    }
  }

  private EOFException endedEarly() {
    return new EOFException(
        source().name() + " ended " + key + " at byte " + position + " of " + size.orElse(-1));
  }

  /** All bytes have come; what a source does after them is of no interest unless it sends more. */
  private void end() throws CorruptBlobException {
    ended = true;
    Source.Answer last = answer;
    if (last == null) {
      return;
    }
    int more;
    try {
      more = last.bytes().read(new byte[1], 0, 1);
    } catch (IOException e) {
      return;
    }
    if (more > 0) {
      throw wrong("more than " + position + " bytes, which were all to come");
    }
  }

  /** The same download in other hands; this one is as if closed. */
  Download handOver() {
    Download other = new Download(key, sources, position, pause);
    other.size = size;
    other.answer = answer;
    other.current = current;
    other.copies.addAll(copies);
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
    boolean good = false;
    try {
      check(source, opened);
      opened.bytes().skipNBytes(position - opened.offset());
      Source.Answer begun = begun(opened);
      good = true;
      return begun;
    } finally {
      if (!good) {
        opened.close();
      }
    }
  }

  /** Waits for the first byte: whoever promises a body after it does not promise in vain. */
  private Source.Answer begun(Source.Answer opened) throws IOException {
    PushbackInputStream bytes = new PushbackInputStream(opened.bytes());
    byte[] first = new byte[1];
    if (bytes.read(first, 0, 1) > 0) {
      bytes.unread(first);
    } else if (size.isPresent() && position < size.getAsLong()) {
      throw endedEarly();
    }
    return new Source.Answer(opened.size(), opened.offset(), bytes);
  }

  private void check(Source source, Source.Answer opened) throws IOException {
    if (opened.offset() < 0 || opened.offset() > position) {
      throw new IOException(
          source.name()
              + " gave "
              + key
              + " from byte "
              + opened.offset()
              + " when asked from byte "
              + position);
    }
    if (opened.size().isEmpty()) {
      return;
    }
    long said = opened.size().getAsLong();
    if (said < position || (position > 0 && size.isPresent() && said != size.getAsLong())) {
      throw new IOException(
          source.name()
              + " says that "
              + key
              + " has "
              + said
              + " bytes at byte "
              + position
              + ", it was said to have "
              + size.orElse(-1));
    }
    // Nothing has been given out before the first byte, so another source may say it anew.
    size = opened.size();
  }

  /** How many strikes are too many for the current source. */
  private int limit() {
    if (current + 1 == sources.size()) {
      return LAST_STRIKES;
    }
    return source().keepsCopies() ? COPY_STRIKES : STRIKES;
  }

  /** Two time-outs are enough, or one of a place with copies, since clients wait meanwhile. */
  private int weight(IOException e) {
    boolean timedOut =
        e instanceof SourceException.Unavailable unavailable
            ? unavailable.timedOut()
            : e instanceof InterruptedIOException;
    if (!timedOut) {
      return 1;
    }
    return source().keepsCopies() ? limit() : limit() / 2;
  }

  /** Counts a failure, and waits before the same source is asked again. */
  private void strike(IOException e, int weight, Duration atLeast) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw e;
    }
    if (strikes == 0 || position - rowBegan >= PROGRESS) {
      strikes = 0;
      rowBegan = position;
    }
    strikes += weight;
    if (strikes >= limit()) {
      if (current + 1 >= sources.size()) {
        throw e;
      }
      current++;
      strikes = 0;
    } else {
      Duration grown = FIRST_PAUSE.multipliedBy(strikes);
      Duration wait = grown.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : grown;
      pause.take(wait.compareTo(atLeast) > 0 ? wait : atLeast);
    }
  }
}
