package larder.tiering;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Platform threads for calls that may wait for the disk. Such a call holds the thread that the
 * system knows, which under a virtual thread is one of the few carriers: a stalled disk would stop
 * those who need nothing of it. Here it stops only its callers. The threads end when they are idle.
 */
public final class DiskThreads {
  private static final long IDLE_SECONDS = 10;

  private final Executor threads =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().daemon().name("larder-disk-", 0).factory());

  /** Something that may wait for the disk. */
  @FunctionalInterface
  public interface Call<T> {
    T run() throws IOException;
  }

  /** The same without a result. */
  @FunctionalInterface
  public interface Task {
    void run() throws IOException;
  }

  /**
   * Runs a call on a platform thread and waits for its result: on the caller's own when it is one.
   * An interrupt of the caller reaches the call.
   */
  public <T> T call(Call<T> call) throws IOException {
    if (!Thread.currentThread().isVirtual()) {
      return call.run();
    }
    Handed<T> handed = new Handed<>(call);
    try {
      threads.execute(handed);
    } catch (OutOfMemoryError e) {
      // The system gives no more threads: better to hold a carrier than to fail.
      return call.run();
    }
    return handed.result();
  }

  /** As {@link #call}. */
  public void run(Task task) throws IOException {
    call(() -> {
      task.run();
      return true;
    });
  }

  private static final class Handed<T> implements Runnable {
    private final Call<T> call;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private @Nullable Thread runner;
    private boolean interrupted;

    Handed(Call<T> call) {
      this.call = call;
    }

    @Override
    public void run() {
      runOn(Thread.currentThread());
      try {
        result.complete(call.run());
      } catch (Throwable e) {
        result.completeExceptionally(e);
      } finally {
        runOn(null);
      }
    }

    private synchronized void runOn(@Nullable Thread thread) {
      runner = thread;
      if (thread != null && interrupted) {
        thread.interrupt();
      }
    }

    private synchronized void interrupt() {
      interrupted = true;
      if (runner != null) {
        runner.interrupt();
      }
    }

    T result() throws IOException {
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return result.get();
          } catch (InterruptedException _) {
            interrupted = true;
            interrupt();
          }
        }
      } catch (ExecutionException e) {
        throw failure(e.getCause());
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    private static IOException failure(@Nullable Throwable cause) {
      return switch (cause) {
        case IOException e -> e;
        case RuntimeException bug -> throw bug;
        case Error fatal -> throw fatal;
        case null, default -> throw new CompletionException(cause);
      };
    }
  }
}
