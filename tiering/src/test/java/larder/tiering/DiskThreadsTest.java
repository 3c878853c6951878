package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DiskThreadsTest {
  private final DiskThreads disk = new DiskThreads();

  @Test
  void aPlatformThreadKeepsItsCalls() throws Exception {
    assertThat(disk.call(Thread::currentThread)).isSameAs(Thread.currentThread());
  }

  @Test
  void manyStalledCallsStopNoVirtualThread() throws Exception {
    CountDownLatch stalled = new CountDownLatch(50);
    CountDownLatch goOn = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        calls.add(
            threads.submit(() ->
                disk.call(() -> {
                  stalled.countDown();
                  hold(goOn);
                  return Thread.currentThread().isVirtual();
                })));
      }
      stalled.await();
      assertThat(threads.submit(() -> 1).get()).isEqualTo(1);
      goOn.countDown();
      for (Future<Boolean> call : calls) {
        assertThat(call.get()).isFalse();
      }
    }
  }

  @Test
  void whatACallThrowsReachesItsCaller() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      IOException trouble = new IOException("no such luck");
      Future<?> failed =
          threads.submit(() ->
              disk.call(() -> {
                throw trouble;
              }));
      assertThatThrownBy(failed::get).isInstanceOf(ExecutionException.class).hasCause(trouble);
      IllegalStateException bug = new IllegalStateException("a bug");
      Future<?> broken =
          threads.submit(() ->
              disk.call(() -> {
                throw bug;
              }));
      assertThatThrownBy(broken::get).isInstanceOf(ExecutionException.class).hasCause(bug);
    }
  }

  @Test
  void anInterruptReachesTheCallAndStaysWithTheCaller() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    List<Boolean> seen = new ArrayList<>();
    Thread caller =
        Thread.startVirtualThread(() -> {
          try {
            disk.run(() -> {
              begun.countDown();
              hold(never);
            });
          } catch (IOException e) {
            seen.add(Thread.currentThread().isInterrupted());
          }
        });
    begun.await();
    caller.interrupt();
    caller.join();
    assertThat(seen).containsExactly(true);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(threads.submit(() -> disk.call(() -> Thread.interrupted())).get()).isFalse();
    }
  }

  @Test
  void anInterruptThatCameBeforeReachesTheCallToo() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> call =
          threads.submit(() -> {
            Thread.currentThread().interrupt();
            disk.run(() -> hold(never));
            return null;
          });
      assertThatThrownBy(call::get).hasCauseInstanceOf(InterruptedIOException.class);
    }
  }

  private static void hold(CountDownLatch latch) throws InterruptedIOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted");
    }
  }
}
