package larder.guarded;

import static larder.guarded.GuardFixture.CI;
import static larder.guarded.GuardFixture.HERE;
import static larder.guarded.GuardFixture.TOKEN;
import static larder.guarded.GuardFixture.admits;
import static larder.guarded.GuardFixture.ask;
import static larder.guarded.GuardFixture.refuses;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import larder.guarded.Admission.Admitted;
import larder.guarded.Admission.Reason;
import larder.guarded.Admission.Refused;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What wrong passwords and tokens cost, and whom. */
class GuessesTest {
  @TempDir private Path folder;
  private GuardFixture fixture;

  @BeforeEach
  void files() throws Exception {
    fixture = new GuardFixture(folder);
  }

  @AfterEach
  void letGo() {
    fixture.held.countDown();
  }

  @Test
  void whoIsNotThereCostsTheSame() throws Exception {
    try (Guard guard = fixture.open()) {
      refuses(guard, People.basic("ci", "wrong"), Reason.UNKNOWN);
      assertThat(fixture.hashed).hasValue(1);
      refuses(guard, People.basic("nobody", "wrong"), Reason.UNKNOWN);
      assertThat(fixture.hashed).hasValue(2);
      refuses(guard, People.basic("robot", "wrong"), Reason.UNKNOWN);
      assertThat(fixture.hashed).hasValue(3);
    }
  }

  @Test
  void somebodyElsesPasswordLetsNobodyIn() throws Exception {
    Files.writeString(fixture.users, People.user("ci", "right"));
    try (Guard guard = fixture.open()) {
      for (int i = 0; i < 50; i++) {
        refuses(guard, People.basic("nobody" + i, "right"), Reason.UNKNOWN);
      }
      assertThat(fixture.hashed).hasValue(50);
    }
  }

  @Test
  void whereThereAreNoUsersNothingIsHashed() throws Exception {
    try (Guard guard = fixture.withoutUsers()) {
      refuses(guard, CI, Reason.UNKNOWN);
      admits(guard, People.basic("robot", TOKEN), "robot");
      assertThat(fixture.hashed).hasValue(0);
    }
  }

  @Test
  void theSameWrongOneIsNotHashedAgainForAMinute() throws Exception {
    try (Guard guard = fixture.open()) {
      for (int i = 0; i < 5; i++) {
        refuses(guard, People.basic("ci", "wrong"), Reason.UNKNOWN);
      }
      assertThat(fixture.hashed).hasValue(1);
      fixture.clock.advance(Duration.ofSeconds(61));
      refuses(guard, People.basic("ci", "wrong"), Reason.UNKNOWN);
      assertThat(fixture.hashed).hasValue(2);
    }
  }

  @Test
  void whatIsRepeatedCountsAsWrongToo() throws Exception {
    try (Guard guard = fixture.open()) {
      for (int i = 0; i < 10; i++) {
        refuses(guard, People.basic("ci", "wrong"), Reason.UNKNOWN);
      }
      assertThat(ask(guard, HERE, People.basic("ci", "wrong")))
          .isEqualTo(new Refused(Reason.SLOWED_DOWN, Optional.of(Duration.ofSeconds(6))));
      fixture.clock.advance(Duration.ofSeconds(6));
      refuses(guard, People.basic("ci", "wrong"), Reason.UNKNOWN);
      refuses(guard, People.basic("ci", "wrong"), Reason.SLOWED_DOWN);
    }
  }

  @Test
  void rightOnesDoNotCountAsWrong() throws Exception {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      many.append(People.token("robot", "token-" + i));
    }
    Files.writeString(fixture.tokens, many);
    try (Guard guard = fixture.open()) {
      for (int i = 0; i < 300; i++) {
        admits(guard, "Bearer token-" + i, "robot");
      }
    }
  }

  @Test
  void guessesAtOneNameAreFewAndKnownClientsDoNotNotice() throws Exception {
    try (Guard guard = fixture.open()) {
      admits(guard, CI, "ci");
      for (int i = 0; i < 10_000; i++) {
        Admission answer = ask(guard, HERE, People.basic("ci", "guess-" + i));
        assertThat(((Refused) answer).reason())
            .isEqualTo(i < 10 ? Reason.UNKNOWN : Reason.SLOWED_DOWN);
        if (i % 100 == 0) {
          admits(guard, CI, "ci");
        }
      }
      assertThat(fixture.hashed).hasValue(11);
      assertThat(ask(guard, "192.0.2.2", People.basic("dev", "other")))
          .isInstanceOf(Admitted.class);
    }
  }

  @Test
  void knownClientsAreKnownAfterAChangeOfAFileToo() throws Exception {
    try (Guard guard = fixture.open()) {
      admits(guard, CI, "ci");
      admits(guard, People.basic("dev", "other"), "dev");
      for (int i = 0; i < 200; i++) {
        ask(guard, HERE, People.basic("user-" + i, "guess"));
        ask(guard, HERE, People.basic("ci", "guess-" + i));
      }
      Files.writeString(fixture.users, People.user("ci", "right") + People.user("new", "one"));
      fixture.clock.advance(Duration.ofSeconds(1));
      for (int i = 0; i < 5; i++) {
        refuses(guard, People.basic("user-" + i, "guess"), Reason.UNKNOWN); // one second's worth
      }
      refuses(guard, People.basic("new", "one"), Reason.SLOWED_DOWN);
      admits(guard, CI, "ci");
      refuses(guard, People.basic("dev", "other"), Reason.UNKNOWN);
    }
  }

  @Test
  void whoWasRightAndIsNoMoreIsSlowedDownAsOthersAre() throws Exception {
    try (Guard guard = fixture.open()) {
      admits(guard, CI, "ci");
      Files.writeString(fixture.users, People.user("new", "one"));
      fixture.clock.advance(Duration.ofSeconds(1));
      for (int i = 0; i < 11; i++) {
        refuses(guard, CI, Reason.UNKNOWN);
      }
      refuses(guard, CI, Reason.SLOWED_DOWN);
    }
  }

  @Test
  void guessesFromOneAddressAreFewWhateverTheNames() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    try (Guard guard = fixture.open()) {
      admits(guard, CI, "ci");
      for (int second = 0; second < 20; second++) {
        for (int i = 0; i < 500; i++) {
          String name = "user-" + random.nextInt(100_000);
          assertThat(ask(guard, HERE, People.basic(name, "guess-" + random.nextInt())))
              .as("seed %d", seed)
              .isInstanceOf(Refused.class);
        }
        admits(guard, CI, "ci");
        fixture.clock.advance(Duration.ofSeconds(1));
      }
      // The known client's, a hundred at once, and five in each second after the first.
      assertThat(fixture.hashed).as("seed %d", seed).hasValue(1 + 100 + 19 * 5);
    }
  }

  @Test
  void manyAtOnceGetNoFurther() throws Exception {
    try (Guard guard = fixture.open()) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String guess = People.basic("ci", "guess-" + i);
        threads.add(Thread.startVirtualThread(() -> ask(guard, HERE, guess)));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(fixture.hashed).hasValue(10);
    }
  }

  @Test
  void manyWithTheSamePasswordAreCheckedOnce() throws Exception {
    fixture.held = new CountDownLatch(1);
    try (Guard guard = fixture.open()) {
      List<Admission> answers = new CopyOnWriteArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        threads.add(Thread.startVirtualThread(() -> answers.add(ask(guard, HERE, CI))));
      }
      for (Thread thread : threads) {
        while (thread.getState() != Thread.State.WAITING) {
          assertThat(thread.getState())
              .as("waits with the others, not for a thread of its own")
              .isNotIn(Thread.State.TIMED_WAITING, Thread.State.TERMINATED);
          Thread.onSpinWait();
        }
      }
      fixture.held.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(answers).hasSize(50).allMatch(Admitted.class::isInstance);
      assertThat(fixture.hashed).hasValue(1);
    }
  }

  @Test
  void whoWouldWaitTooLongIsToldToComeAgainAndKnownClientsAreServed() throws Exception {
    try (Guard guard = fixture.impatient()) {
      admits(guard, "Bearer " + TOKEN, "robot");
      fixture.held = new CountDownLatch(1);
      Thread first = Thread.startVirtualThread(() -> admits(guard, CI, "ci"));
      fixture.entered.await();
      for (int i = 0; i < 20; i++) {
        assertThat(ask(guard, HERE, People.basic("dev", "other")))
            .isEqualTo(new Refused(Reason.BUSY, Optional.of(Duration.ofSeconds(5))));
      }
      admits(guard, "Bearer " + TOKEN, "robot");
      fixture.held.countDown();
      first.join();
      admits(guard, CI, "ci");
      assertThat(ask(guard, HERE, People.basic("dev", "other"))).isInstanceOf(Admitted.class);
    }
  }

  @Test
  void anInterruptedOneIsToldToComeAgain() throws Exception {
    fixture.held = new CountDownLatch(1);
    try (Guard guard = fixture.open()) {
      Thread.currentThread().interrupt();
      refuses(guard, CI, Reason.BUSY);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aClosedOneChecksNothing() throws Exception {
    Guard guard = fixture.open();
    guard.close();
    refuses(guard, CI, Reason.BUSY);
    refuses(guard, CI, Reason.BUSY);
    assertThat(fixture.hashed).hasValue(0);
  }
}
