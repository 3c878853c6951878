package larder.upstream;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether a registry is known not to answer. After a silence it is tried again in the background,
 * until it answers that or any other question. It never keeps anyone from asking.
 */
final class Pulse implements AutoCloseable {
  static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  private final String name;
  private final Probe probe;
  private final Pause pause;

  /** The thread that tries again; present while the registry is known not to answer. */
  private final AtomicReference<Thread> trying = new AtomicReference<>();

  private volatile boolean closed;

  /** Asks the registry something small and tells {@link #answered} when it answers. */
  @FunctionalInterface
  interface Probe {
    void ask();
  }

  /** Waits. */
  @FunctionalInterface
  interface Pause {
    void pause(Duration duration) throws InterruptedException;
  }

  Pulse(String name, Probe probe, Pause pause) {
    this.name = name;
    this.probe = probe;
    this.pause = pause;
  }

  boolean answering() {
    return trying.get() == null;
  }

  /** It gave an answer, whatever it was. */
  void answered() {
    Thread thread = trying.getAndSet(null);
    if (thread != null && thread != Thread.currentThread()) {
      thread.interrupt();
    }
  }

  /** It could not be reached or was silent. */
  void silent() {
    if (closed || trying.get() != null) {
      return;
    }
    Thread thread = Thread.ofVirtual().name("probe-" + name).unstarted(this::tryAgain);
    if (trying.compareAndSet(null, thread)) {
      thread.start();
    }
  }

  private void tryAgain() {
    Duration wait = FIRST_PAUSE;
    while (!closed && trying.get() == Thread.currentThread()) {
      try {
        pause.pause(wait);
      } catch (InterruptedException e) {
        // Another answer has come, or this is closed: the loop's condition tells.
        continue;
      }
      if (!closed && trying.get() == Thread.currentThread()) {
        probe.ask();
      }
      wait =
          wait.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wait.multipliedBy(2);
    }
  }

  @Override
  public void close() {
    closed = true;
    answered();
  }
}
