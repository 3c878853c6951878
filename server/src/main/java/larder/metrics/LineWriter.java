package larder.metrics;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes lines to a stream by a thread of its own. Whoever adds a line never waits for the stream:
 * when it takes too little, lines are dropped, and the stream is told how many.
 */
final class LineWriter implements AutoCloseable {
  private static final int MOST = 1 << 20;
  private static final int ENOUGH = 64 * 1024;
  private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final Duration CLOSE = Duration.ofSeconds(5);

  private final OutputStream stream;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Guarded by lock, as is all below. */
  private byte[] waiting = new byte[MOST];

  private byte[] spare = new byte[MOST];
  private int length;
  private long lines;
  private long dropped;
  private long droppedUnsaid;
  private boolean closed;

  private record Batch(byte[] bytes, int length, long lines, long dropped) {}

  private LineWriter(OutputStream stream) {
    this.stream = stream;
    this.thread = Thread.ofPlatform().daemon().name("larder-log").unstarted(this::write);
  }

  static LineWriter open(OutputStream stream) {
    LineWriter writer = new LineWriter(stream);
    writer.thread.start();
    return writer;
  }

  void add(byte[] line) {
    lock.lock();
    try {
      if (closed || line.length > MOST - length) {
        drop(1);
        return;
      }
      System.arraycopy(line, 0, waiting, length, line.length);
      boolean wasIdle = length == 0;
      boolean wasEnough = length >= ENOUGH;
      length += line.length;
      lines++;
      if (wasIdle || (!wasEnough && length >= ENOUGH)) {
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  private void drop(long count) {
    dropped += count;
    droppedUnsaid += count;
  }

  private void write() {
    try {
      for (Batch batch = next(); batch.length() > 0 || batch.dropped() > 0; batch = next()) {
        write(batch);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(Batch batch) {
    try {
      stream.write(batch.bytes(), 0, batch.length());
      if (batch.dropped() > 0) {
        stream.write(
            new JsonLine().text("event", "dropped").number("lines", batch.dropped()).end());
      }
      stream.flush();
    } catch (IOException e) {
      lock.lock();
      try {
        drop(batch.lines());
        // What cannot be said now is not tried again before there is something else to say.
        droppedUnsaid = 0;
      } finally {
        lock.unlock();
      }
    }
  }

  /** Waits for the next lines; empty when there will be no more. */
  private Batch next() throws InterruptedException {
    lock.lock();
    try {
      while (length == 0 && !closed) {
        changed.await();
      }
      long left = SOON_NANOS;
      while (length < ENOUGH && !closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      Batch batch = new Batch(waiting, length, lines, droppedUnsaid);
      waiting = spare;
      spare = batch.bytes();
      length = 0;
      lines = 0;
      droppedUnsaid = 0;
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /** Writes what is waiting, for as long as the stream takes it within seconds. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(CLOSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
