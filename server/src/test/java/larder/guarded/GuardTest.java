package larder.guarded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import larder.config.GuardedConfig;
import larder.guarded.Admission.Admitted;
import larder.guarded.Admission.Reason;
import larder.guarded.Admission.Refused;
import larder.tiering.FakeClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardTest {
  private static final String HERE = "192.0.2.1";
  private static final String CI = People.basic("ci", "right");
  private static final String TOKEN = "9f86d081884c7d659a2feaa0c55ad015";

  @TempDir private Path folder;
  private final FakeClock clock = new FakeClock();
  private final AtomicInteger hashed = new AtomicInteger();
  private final List<Reason> counted = new CopyOnWriteArrayList<>();
  private final AtomicBoolean virtual = new AtomicBoolean();
  private final CountDownLatch entered = new CountDownLatch(1);
  private volatile CountDownLatch held = new CountDownLatch(0);
  private Map<String, Set<String>> clients = Map.of();
  private Path users;
  private Path tokens;

  @BeforeEach
  void files() throws Exception {
    users = folder.resolve("users");
    tokens = folder.resolve("tokens");
    Files.writeString(users, People.user("ci", "right") + People.user("dev", "other"));
    Files.writeString(tokens, People.token("robot", TOKEN));
  }

  @AfterEach
  void letGo() {
    held.countDown();
  }

  private Guard open() throws Exception {
    return open(
        Optional.of(users),
        Optional.of(tokens),
        new HashThreads(1, Duration.ofHours(1), this::check));
  }

  private Guard open(Optional<Path> users, Optional<Path> tokens, HashThreads hashes)
      throws Exception {
    GuardedConfig config =
        new GuardedConfig("127.0.0.1", 0, users, tokens, Optional.empty(), clients);
    return Guard.open(config, clock, new SecureRandom(), counted::add, hashes);
  }

  private boolean check(PasswordHash hash, byte[] password) {
    hashed.incrementAndGet();
    virtual.set(Thread.currentThread().isVirtual());
    entered.countDown();
    try {
      held.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return hash.matches(password);
  }

  private static Admission ask(Guard guard, String address, String authorization) {
    return guard.admit(new Approach(address, Optional.of(authorization), Optional.empty()));
  }

  private static void admits(Guard guard, String authorization, String name) {
    assertThat(ask(guard, HERE, authorization))
        .isEqualTo(new Admitted(new Client(name, new Access.All())));
  }

  private static void refuses(Guard guard, String authorization, Reason reason) {
    assertThat(ask(guard, HERE, authorization))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
  }

  @Test
  void usersAndTokensAreKnown() throws Exception {
    try (Guard guard = open()) {
      admits(guard, CI, "ci");
      admits(guard, "Bearer " + TOKEN, "robot");
      admits(guard, People.basic("robot", TOKEN), "robot");
      assertThat(counted).isEmpty();
      assertThat(guard.challenges()).isTrue();
    }
  }

  @Test
  void allElseIsRefusedAndCounted() throws Exception {
    try (Guard guard = open()) {
      assertThat(guard.admit(new Approach(HERE, Optional.empty(), Optional.empty())))
          .isEqualTo(new Refused(Reason.NONE, Optional.empty()));
      refuses(guard, People.basic("ci", "wrong"), Reason.UNKNOWN);
      refuses(guard, People.basic("", ""), Reason.NONE);
      refuses(guard, People.basic("dev", "right"), Reason.UNKNOWN);
      refuses(guard, People.basic("nobody", "right"), Reason.UNKNOWN);
      refuses(guard, People.basic("ci", TOKEN), Reason.UNKNOWN);
      refuses(guard, People.basic("robot", "right"), Reason.UNKNOWN);
      refuses(guard, "Bearer right", Reason.UNKNOWN);
      refuses(guard, "Bearer " + People.sha256(TOKEN), Reason.UNKNOWN);
      refuses(guard, "Digest ci", Reason.MALFORMED);
      refuses(guard, "Basic " + "A".repeat(100_000), Reason.MALFORMED);
      assertThat(counted).hasSize(11).startsWith(Reason.NONE, Reason.UNKNOWN, Reason.NONE);
    }
  }

  @Test
  void withoutAListEachClientMayHaveAll() throws Exception {
    try (Guard guard = open()) {
      Access access = ((Admitted) ask(guard, HERE, CI)).client().access();
      assertThat(access.allows("a", false)).isTrue();
    }
  }

  @Test
  void withAListAClientMayHaveWhatItSaysAndOthersWhatIsPublic() throws Exception {
    clients = Map.of("ci", Set.of("a"));
    try (Guard guard = open()) {
      Access listed = ((Admitted) ask(guard, HERE, CI)).client().access();
      assertThat(listed.allows("a", false)).isTrue();
      assertThat(listed.allows("b", true)).isFalse();
      Access other = ((Admitted) ask(guard, HERE, "Bearer " + TOKEN)).client().access();
      assertThat(other.allows("a", false)).isFalse();
      assertThat(other.allows("b", true)).isTrue();
    }
  }

  @Test
  void aKnownClientCostsNoHash() throws Exception {
    try (Guard guard = open()) {
      for (int i = 0; i < 1000; i++) {
        admits(guard, CI, "ci");
      }
      assertThat(hashed).hasValue(1);
      assertThat(virtual).isFalse();
    }
  }

  @Test
  void passwordsAreCheckedOnPlatformThreads() throws Exception {
    try (Guard guard = open()) {
      Thread.startVirtualThread(() -> admits(guard, CI, "ci")).join();
      assertThat(hashed).hasValue(1);
      assertThat(virtual).isFalse();
    }
  }

  @Test
  void whoIsNotThereCostsTheSame() throws Exception {
    try (Guard guard = open()) {
      refuses(guard, People.basic("ci", "wrong"), Reason.UNKNOWN);
      assertThat(hashed).hasValue(1);
      refuses(guard, People.basic("nobody", "wrong"), Reason.UNKNOWN);
      assertThat(hashed).hasValue(2);
      refuses(guard, People.basic("robot", "wrong"), Reason.UNKNOWN);
      assertThat(hashed).hasValue(3);
    }
  }

  @Test
  void somebodyElsesPasswordLetsNobodyIn() throws Exception {
    Files.writeString(users, People.user("ci", "right"));
    try (Guard guard = open()) {
      for (int i = 0; i < 50; i++) {
        refuses(guard, People.basic("nobody" + i, "right"), Reason.UNKNOWN);
      }
      assertThat(hashed).hasValue(50);
    }
  }

  @Test
  void whereThereAreNoUsersNothingIsHashed() throws Exception {
    try (Guard guard =
        open(
            Optional.empty(),
            Optional.of(tokens),
            new HashThreads(1, Duration.ZERO, this::check))) {
      refuses(guard, CI, Reason.UNKNOWN);
      admits(guard, People.basic("robot", TOKEN), "robot");
      assertThat(hashed).hasValue(0);
    }
  }

  @Test
  void theSameWrongOneIsNotHashedAgainForAMinute() throws Exception {
    try (Guard guard = open()) {
      for (int i = 0; i < 5; i++) {
        refuses(guard, People.basic("ci", "wrong"), Reason.UNKNOWN);
      }
      assertThat(hashed).hasValue(1);
      clock.advance(Duration.ofSeconds(61));
      refuses(guard, People.basic("ci", "wrong"), Reason.UNKNOWN);
      assertThat(hashed).hasValue(2);
    }
  }

  @Test
  void whatIsRepeatedCountsAsWrongToo() throws Exception {
    try (Guard guard = open()) {
      for (int i = 0; i < 10; i++) {
        refuses(guard, People.basic("ci", "wrong"), Reason.UNKNOWN);
      }
      assertThat(ask(guard, HERE, People.basic("ci", "wrong")))
          .isEqualTo(new Refused(Reason.SLOWED_DOWN, Optional.of(Duration.ofSeconds(6))));
      clock.advance(Duration.ofSeconds(6));
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
    Files.writeString(tokens, many);
    try (Guard guard = open()) {
      for (int i = 0; i < 300; i++) {
        admits(guard, "Bearer token-" + i, "robot");
      }
    }
  }

  @Test
  void guessesAtOneNameAreFewAndKnownClientsDoNotNotice() throws Exception {
    try (Guard guard = open()) {
      admits(guard, CI, "ci");
      for (int i = 0; i < 10_000; i++) {
        Admission answer = ask(guard, HERE, People.basic("ci", "guess-" + i));
        assertThat(((Refused) answer).reason())
            .isEqualTo(i < 10 ? Reason.UNKNOWN : Reason.SLOWED_DOWN);
        if (i % 100 == 0) {
          admits(guard, CI, "ci");
        }
      }
      assertThat(hashed).hasValue(11);
      assertThat(ask(guard, "192.0.2.2", People.basic("dev", "other")))
          .isInstanceOf(Admitted.class);
    }
  }

  @Test
  void guessesFromOneAddressAreFewWhateverTheNames() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    try (Guard guard = open()) {
      admits(guard, CI, "ci");
      for (int second = 0; second < 20; second++) {
        for (int i = 0; i < 500; i++) {
          String name = "user-" + random.nextInt(100_000);
          assertThat(ask(guard, HERE, People.basic(name, "guess-" + random.nextInt())))
              .as("seed %d", seed)
              .isInstanceOf(Refused.class);
        }
        admits(guard, CI, "ci");
        clock.advance(Duration.ofSeconds(1));
      }
      // The known client's, a hundred at once, and five in each second after the first.
      assertThat(hashed).as("seed %d", seed).hasValue(1 + 100 + 19 * 5);
    }
  }

  @Test
  void manyAtOnceGetNoFurther() throws Exception {
    try (Guard guard = open()) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String guess = People.basic("ci", "guess-" + i);
        threads.add(Thread.startVirtualThread(() -> ask(guard, HERE, guess)));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(hashed).hasValue(10);
    }
  }

  @Test
  void manyWithTheSamePasswordAreCheckedOnce() throws Exception {
    held = new CountDownLatch(1);
    try (Guard guard = open()) {
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
      held.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(answers).hasSize(50).allMatch(Admitted.class::isInstance);
      assertThat(hashed).hasValue(1);
    }
  }

  @Test
  void whoWouldWaitTooLongIsToldToComeAgainAndKnownClientsAreServed() throws Exception {
    try (Guard guard =
        open(
            Optional.of(users),
            Optional.of(tokens),
            new HashThreads(1, Duration.ZERO, this::check))) {
      admits(guard, "Bearer " + TOKEN, "robot");
      held = new CountDownLatch(1);
      Thread first = Thread.startVirtualThread(() -> admits(guard, CI, "ci"));
      entered.await();
      for (int i = 0; i < 20; i++) {
        assertThat(ask(guard, HERE, People.basic("dev", "other")))
            .isEqualTo(new Refused(Reason.BUSY, Optional.of(Duration.ofSeconds(5))));
      }
      admits(guard, "Bearer " + TOKEN, "robot");
      held.countDown();
      first.join();
      admits(guard, CI, "ci");
      assertThat(ask(guard, HERE, People.basic("dev", "other"))).isInstanceOf(Admitted.class);
    }
  }

  @Test
  void anInterruptedOneIsToldToComeAgain() throws Exception {
    held = new CountDownLatch(1);
    try (Guard guard = open()) {
      Thread.currentThread().interrupt();
      refuses(guard, CI, Reason.BUSY);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aClosedOneChecksNothing() throws Exception {
    Guard guard = open();
    guard.close();
    refuses(guard, CI, Reason.BUSY);
    refuses(guard, CI, Reason.BUSY);
    assertThat(hashed).hasValue(0);
  }

  @Test
  void whoLeavesTheFileIsOutAndWhoseePasswordChangesToo() throws Exception {
    try (Guard guard = open()) {
      admits(guard, CI, "ci");
      admits(guard, People.basic("dev", "other"), "dev");
      admits(guard, "Bearer " + TOKEN, "robot");
      refuses(guard, People.basic("dev", "changed"), Reason.UNKNOWN);

      Files.writeString(users, "# anew\n" + People.user("dev", "changed"));
      Files.writeString(tokens, "# none\n");
      clock.advance(Duration.ofSeconds(1));
      refuses(guard, CI, Reason.UNKNOWN);
      refuses(guard, People.basic("dev", "other"), Reason.UNKNOWN);
      refuses(guard, "Bearer " + TOKEN, Reason.UNKNOWN);
      admits(guard, People.basic("dev", "changed"), "dev");
    }
  }

  @Test
  void filesOfNoUseStopTheStart() throws Exception {
    Files.writeString(users, "ci:s3cret");
    assertThatIOException()
        .isThrownBy(this::open)
        .withMessageStartingWith("larder.guarded.users-file: " + users + " line 1 ");
    Files.delete(users);
    assertThatIOException()
        .isThrownBy(this::open)
        .withMessage("larder.guarded.users-file: " + users + " is not there; create it");
  }

  @Test
  void whatHoldsSecretsDoesNotTellThem() {
    Approach approach = new Approach(HERE, Optional.of(CI), Optional.empty());
    assertThat(approach.toString())
        .isEqualTo("Approach[address=192.0.2.1, authorization=(secret), certificate=none]");
  }
}
