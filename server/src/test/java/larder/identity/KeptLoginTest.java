package larder.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import larder.config.Secret;
import org.junit.jupiter.api.Test;

class KeptLoginTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-02T03:04:05Z"));
  private final AtomicInteger lent = new AtomicInteger();
  private volatile boolean broken;
  private final KeptLogin login = new KeptLogin(this::lend, this::clock);

  /** Good for ten minutes, better renewed after six. */
  private KeptLogin.Lease lend() throws LoginException {
    int serial = lent.incrementAndGet();
    if (broken) {
      throw new LoginException("broken " + serial, null);
    }
    return new KeptLogin.Lease(user(serial), clock().plusSeconds(360), clock().plusSeconds(600));
  }

  private Instant clock() {
    return Objects.requireNonNull(now.get());
  }

  private static Identity user(int serial) {
    return new Identity.User("u", new Secret("s" + serial));
  }

  private void later(int seconds) {
    now.updateAndGet(t -> t.plusSeconds(seconds));
  }

  @Test
  void itIsKeptUntilItIsBetterRenewed() throws Exception {
    assertThat(login.identity()).isEqualTo(user(1));
    later(359);
    assertThat(login.identity()).isEqualTo(user(1));
    later(1);
    assertThat(login.identity()).isEqualTo(user(2));
  }

  @Test
  void whileItIsGoodAFailureToRenewItIsNoTroubleAndIsNotRepeatedAtOnce() throws Exception {
    login.identity();
    broken = true;
    later(400);
    assertThat(login.identity()).isEqualTo(user(1));
    assertThat(login.identity()).isEqualTo(user(1));
    assertThat(lent.get()).isEqualTo(2);
    later(10);
    assertThat(login.identity()).isEqualTo(user(1));
    assertThat(lent.get()).isEqualTo(3);
    later(190);
    assertThatThrownBy(login::identity).isInstanceOf(LoginException.class).hasMessage("broken 4");
    broken = false;
    later(10);
    assertThat(login.identity()).isEqualTo(user(5));
  }

  @Test
  void whoFailedIsLeftAloneForAWhile() throws Exception {
    broken = true;
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(login::identity).hasMessage("broken 1");
    }
    broken = false;
    later(9);
    assertThatThrownBy(login::identity).hasMessage("broken 1");
    later(1);
    assertThat(login.identity()).isEqualTo(user(2));

    broken = true;
    later(20);
    assertThatThrownBy(() -> login.renew(user(2))).hasMessage("broken 3");
    assertThatThrownBy(() -> login.renew(user(2))).hasMessage("broken 3");
    assertThat(login.identity()).isEqualTo(user(2));
    assertThat(lent.get()).isEqualTo(3);
  }

  @Test
  void aClockThatIsSetBackPutsNothingOff() throws Exception {
    broken = true;
    assertThatThrownBy(login::identity).hasMessage("broken 1");
    broken = false;
    later(-3600);
    assertThat(login.identity()).isEqualTo(user(2));
    later(-3600);
    assertThat(login.renew(user(2))).isTrue();
    assertThat(login.identity()).isEqualTo(user(3));
  }

  @Test
  void whoeverAsksFirstMayBeInterruptedWithoutHarmToTheOthers() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    KeptLogin slow =
        new KeptLogin(
            () -> {
              inside.countDown();
              await(go);
              return new KeptLogin.Lease(user(1), Instant.MAX, Instant.MAX);
            },
            this::clock);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch left = new CountDownLatch(1);
      Future<Object> first =
          threads.submit(() -> {
            try {
              return outcome(slow);
            } finally {
              left.countDown();
            }
          });
      inside.await();
      List<Thread> waiting = new ArrayList<>();
      Future<Object> second =
          threads.submit(() -> {
            synchronized (waiting) {
              waiting.add(Thread.currentThread());
            }
            return outcome(slow);
          });
      while (!allWait(waiting, 1)) {
        Thread.onSpinWait();
      }
      first.cancel(true);
      left.await();
      go.countDown();
      assertThat(second.get()).isEqualTo(user(1));
    }
  }

  @Test
  void aRefusedOneIsGotAnewUnlessItIsYoungOrAnotherIsThere() throws Exception {
    Identity first = login.identity();
    later(9);
    assertThat(login.renew(first)).isFalse();
    later(1);
    assertThat(login.renew(first)).isTrue();
    assertThat(login.identity()).isEqualTo(user(2));
    later(20);
    assertThat(login.renew(first)).isTrue();
    assertThat(lent.get()).isEqualTo(2);
  }

  @Test
  void manyShareOneLoanAndOneFailure() throws Exception {
    for (boolean fails : List.of(false, true)) {
      CountDownLatch inside = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      AtomicInteger loans = new AtomicInteger();
      KeptLogin slow =
          new KeptLogin(
              () -> {
                loans.incrementAndGet();
                inside.countDown();
                await(go);
                if (fails) {
                  throw new LoginException("broken", null);
                }
                return new KeptLogin.Lease(user(1), Instant.MAX, Instant.MAX);
              },
              this::clock);
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Thread> waiting = new ArrayList<>();
        List<Future<Object>> all = new ArrayList<>();
        all.add(threads.submit(() -> outcome(slow)));
        inside.await();
        for (int i = 0; i < 20; i++) {
          all.add(
              threads.submit(() -> {
                synchronized (waiting) {
                  waiting.add(Thread.currentThread());
                }
                return outcome(slow);
              }));
        }
        while (!allWait(waiting, 20)) {
          Thread.onSpinWait();
        }
        go.countDown();
        for (Future<Object> one : all) {
          assertThat(one.get()).isEqualTo(fails ? "broken" : user(1));
        }
      }
      assertThat(loans.get()).isEqualTo(1);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean allWait(List<Thread> waiting, int count) {
    synchronized (waiting) {
      return waiting.size() == count
          && waiting.stream().allMatch(t -> t.getState() == Thread.State.WAITING);
    }
  }

  private static Object outcome(KeptLogin login) {
    try {
      return login.identity();
    } catch (LoginException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
