package larder.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

/**
 * A body as it arrives. It tells once, when it is over, how many bytes there were, and hands the
 * connection back at the end but cuts it when closed before: the rest could be gigabytes.
 */
final class ReplyBody extends InputStream {
  private final InputStream in;
  private final long length;
  private final String what;
  private final Duration silence;
  private final Runnable abort;
  private final LongConsumer ended;
  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
  private volatile long count;

  private enum State {
    OPEN,
    ENDED,
    CUT
  }

  /**
   * @param length in bytes, negative when the host does not say
   * @param what for messages
   * @param silence that the connection bears, for messages
   * @param abort cuts the connection
   * @param ended gets the number of bytes
   */
  ReplyBody(
      InputStream in,
      long length,
      String what,
      Duration silence,
      Runnable abort,
      LongConsumer ended) {
    this.in = in;
    this.length = length;
    this.what = what;
    this.silence = silence;
    this.abort = abort;
    this.ended = ended;
  }

  long length() {
    return length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread reads; others may only close
  public int read(byte[] buffer, int offset, int size) throws IOException {
    State now = state.get();
    if (now == State.ENDED) {
      return -1;
    }
    if (now == State.CUT) {
      throw new IOException(what + ": closed");
    }
    try {
      int n = in.read(buffer, offset, size);
      if (n < 0) {
        over(State.ENDED);
        return -1;
      }
      count += n;
      if (count == length && in.read() < 0) {
        // Only having seen the end gives the connection back, and many readers stop at the size.
        over(State.ENDED);
      }
      return n;
    } catch (SocketTimeoutException e) {
      abort();
      var timeout =
          new SocketTimeoutException(
              what + ": silent for " + Reply.seconds(silence) + " after " + count + " bytes");
      timeout.initCause(e);
      throw timeout;
    } catch (IOException e) {
      abort();
      throw new IOException(what + ": broke after " + count + " bytes: " + e.getMessage(), e);
    }
  }

  /** There is nothing to read. */
  void end() {
    over(State.ENDED);
  }

  /** Cuts the connection. */
  void abort() {
    abort.run();
    over(State.CUT);
  }

  private void over(State how) {
    if (state.compareAndSet(State.OPEN, how)) {
      ended.accept(count);
    }
  }

  @Override
  public void close() {
    if (state.get() == State.OPEN) {
      abort();
    }
  }
}
