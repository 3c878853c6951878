package larder.server;

import java.time.Duration;

/** Work that goes on until it is interrupted, on a thread of its own. */
record Endless(Thread thread) implements AutoCloseable {
  /** A stalled disk may hold it for longer, and does not hold the end. */
  private static final Duration LONGEST = Duration.ofSeconds(2);

  static Endless start(Runnable work) {
    return new Endless(Thread.ofVirtual().start(work));
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    boolean _ = thread.join(LONGEST);
  }
}
