package larder.tiering;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/** Lets through as many bytes of a stream as a test has allowed, and waits for more. */
final class Tap {
  private long allowed; // guarded by this
  private long taken; // guarded by this
  private int closed; // guarded by this
  private int waiting; // guarded by this

  Tap(long allowed) {
    this.allowed = allowed;
  }

  synchronized void allow(long more) {
    allowed = more > Long.MAX_VALUE - allowed ? Long.MAX_VALUE : allowed + more;
    notifyAll();
  }

  void open() {
    allow(Long.MAX_VALUE);
  }

  /** Waits until so many bytes have been taken. */
  synchronized void awaitTaken(long bytes) throws InterruptedException {
    while (taken < bytes) {
      wait();
    }
  }

  /** Waits until someone waits for more than is allowed. */
  synchronized void awaitWaiting() throws InterruptedException {
    while (waiting == 0) {
      wait();
    }
  }

  /** How many of the streams behind this tap have been closed. */
  synchronized int closed() {
    return closed;
  }

  InputStream on(InputStream in) {
    return new InputStream() {
      @Override
      public int read() {
        throw new UnsupportedOperationException();
      }

      @Override
      public int read(byte[] into, int at, int length) throws IOException {
        int most = (int) Math.min(length, await());
        int read = in.read(into, at, most);
        took(Math.max(0, read));
        return read;
      }

      @Override
      public void close() {
        close1();
      }
    };
  }

  private synchronized void close1() {
    closed++;
  }

  private synchronized long await() throws InterruptedIOException {
    while (taken >= allowed) {
      waiting++;
      notifyAll();
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted at the tap");
      } finally {
        waiting--;
      }
    }
    return allowed - taken;
  }

  private synchronized void took(int bytes) {
    taken += bytes;
    notifyAll();
  }
}
