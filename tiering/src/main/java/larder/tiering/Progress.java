package larder.tiering;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.OptionalLong;

/**
 * How much of a blob may be read now. The side that writes or checks tells; readers wait. A reader
 * of the whole blob is kept from its tail until the digest is right, so that nobody ever gets a
 * whole wrong body.
 */
final class Progress {
  /** How many bytes are held back from a reader of the whole, at most. */
  static final int TAIL = 64 * 1024;

  private final PresentBytes present = new PresentBytes(); // guarded by this
  private OptionalLong size; // guarded by this
  private State state = new State.Arriving(); // guarded by this

  /** What has become of the bytes. */
  sealed interface State {
    /** More bytes or the verdict on them are to come. */
    record Arriving() implements State {}

    /** All bytes are there, and right. */
    record Verified() implements State {}

    /** Nothing more will come here; {@code again} when it is worth to look elsewhere. */
    record Failed(IOException cause, boolean again) implements State {}

    /** Nothing more will be kept: each reader goes on by itself after the bytes that are there. */
    record Detached(long end, MessageDigest hash) implements State {}
  }

  Progress(OptionalLong size) {
    this.size = size;
  }

  synchronized OptionalLong size() {
    return size;
  }

  synchronized void sized(OptionalLong known) {
    size = known;
  }

  synchronized State state() {
    return state;
  }

  synchronized void arrived(ByteRange range) {
    present.add(range);
    notifyAll();
  }

  synchronized void become(State next) {
    state = next;
    notifyAll();
  }

  /** What there is to say to one who wants to read: that it may, or why not. */
  record Answer(boolean readable, State state) {}

  /**
   * Waits for the first bytes that can be shown, the verdict on a blob too small to show any before
   * it, or that nothing will come.
   */
  synchronized Answer awaitAnswer() throws InterruptedIOException {
    while (state instanceof State.Arriving && readableUntil(0, true) == 0) {
      pause();
    }
    boolean readable =
        switch (state) {
          case State.Verified _ -> true;
          case State.Failed _ -> false;
          case State.Arriving _, State.Detached _ -> readableUntil(0, true) > 0;
        };
    return new Answer(readable, state);
  }

  /**
   * Waits until a reader may go on.
   *
   * @param whole whether the reader reads the whole blob
   * @return up to where it may read now: more than {@code position}, unless the blob ends there or
   *     is detached there
   * @throws CorruptBlobException when the bytes are wrong, though more of them are there
   * @throws IOException when what it waits for will not come
   */
  synchronized long await(long position, boolean whole) throws IOException {
    long end = readableUntil(position, whole);
    while (end <= position && state instanceof State.Arriving) {
      pause();
      end = readableUntil(position, whole);
    }
    if (state instanceof State.Failed(IOException cause, _)) {
      if (cause instanceof CorruptBlobException) {
        throw cause;
      }
      if (end > position) {
        return end;
      }
      throw new IOException(
          "the copy broke at byte " + position + ": " + cause.getMessage(), cause);
    }
    return Math.max(end, position);
  }

  private long readableUntil(long position, boolean whole) {
    long end = present.endOfRun(position);
    if (!whole || state instanceof State.Verified) {
      return end;
    }
    return Math.min(end, Math.max(0, size.orElse(end) - TAIL));
  }

  @SuppressWarnings("WaitNotInLoop") // the callers loop
  private void pause() throws InterruptedIOException {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for bytes");
    }
  }
}
