package larder.guarded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import larder.guarded.HashThreads.Verdict;
import org.junit.jupiter.api.Test;

class HashThreadsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final byte[] PASSWORD = "x".getBytes(UTF_8);

  private final CountDownLatch held = new CountDownLatch(1);
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger mostRunning = new AtomicInteger();
  private final AtomicInteger memory = new AtomicInteger();
  private final AtomicInteger mostMemory = new AtomicInteger();

  private boolean check(PasswordHash hash, byte[] password) {
    most(mostRunning, running.incrementAndGet());
    most(mostMemory, memory.addAndGet(hash.memory()));
    try {
      held.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    memory.addAndGet(-hash.memory());
    running.decrementAndGet();
    return password.length == 1;
  }

  private static void most(AtomicInteger most, int value) {
    most.accumulateAndGet(value, Math::max);
  }

  /** Lets the checks go on when all have come and as many as expected run. */
  private void checkMany(HashThreads threads, int expected, PasswordHash... hashes)
      throws InterruptedException {
    List<Thread> waiting = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      PasswordHash hash = hashes[i % hashes.length];
      waiting.add(
          Thread.startVirtualThread(
              () -> assertThat(threads.check(hash, PASSWORD)).isEqualTo(Verdict.RIGHT)));
    }
    while (running.get() < expected || !waiting.stream().allMatch(HashThreadsTest::waits)) {
      Thread.onSpinWait();
    }
    held.countDown();
    for (Thread each : waiting) {
      each.join();
    }
    assertThat(running).hasValue(0);
  }

  private static boolean waits(Thread thread) {
    return thread.getState() == Thread.State.WAITING
        || thread.getState() == Thread.State.TIMED_WAITING;
  }

  private static PasswordHash argon2(int kib) throws Exception {
    String text =
        "$argon2id$v=19$m="
            + kib
            + ",t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    return PasswordHash.of(new CredentialsFile.Line("line", "(not shown)"), "ci", text);
  }

  private static PasswordHash bcrypt() throws Exception {
    return PasswordHash.of(new CredentialsFile.Line("line", "(not shown)"), "ci", People.hash("x"));
  }

  @Test
  void noMoreRunAtOnceThanThereAreThreads() throws Exception {
    try (HashThreads threads = new HashThreads(3, PATIENCE, this::check)) {
      checkMany(threads, 3, bcrypt());
      assertThat(mostRunning).hasValue(3);
    }
  }

  @Test
  void togetherTheyTakeNoMoreMemoryThanTheLargest() throws Exception {
    try (HashThreads threads = new HashThreads(4, PATIENCE, this::check)) {
      checkMany(threads, 1, argon2(64 * 1024), argon2(20 * 1024), bcrypt(), argon2(8));
      assertThat(mostMemory).hasValue(64 * 1024);
    }
  }

  @Test
  void aCheckThatFailsFreesItsThread() throws Exception {
    try (HashThreads threads =
        new HashThreads(
            1,
            PATIENCE,
            (_, password) -> {
              if (password.length == 0) {
                throw new IllegalStateException("broken");
              }
              return true;
            })) {
      PasswordHash hash = bcrypt();
      assertThatIllegalStateException().isThrownBy(() -> threads.check(hash, new byte[0]));
      assertThat(threads.check(hash, PASSWORD)).isEqualTo(Verdict.RIGHT);
    }
  }
}
