package larder.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Work that several ask for at once and that is done once; all share what comes of it. */
final class SingleFlight<K, V> {
  private final ConcurrentMap<K, FutureTask<V>> flights = new ConcurrentHashMap<>();

  /** Work that asks a source. */
  @FunctionalInterface
  interface Work<V> extends Callable<V> {
    @Override
    V call() throws IOException;
  }

  /** Does the work on this thread, or waits for the one who is doing it. */
  V run(K key, Work<V> work) throws IOException {
    FutureTask<V> mine = new FutureTask<>(work);
    FutureTask<V> running = flights.putIfAbsent(key, mine);
    if (running != null) {
      return outcome(running);
    }
    try {
      mine.run();
    } finally {
      flights.remove(key, mine);
    }
    return outcome(mine);
  }

  private static <V> V outcome(FutureTask<V> task) throws IOException {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while someone else asked upstream");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case RuntimeException bug -> throw bug;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }
}
