package larder.guarded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/** A guard that knows two users and a token, and whose hashes are counted and can be held. */
final class GuardFixture {
  static final String HERE = "192.0.2.1";
  static final String CI = People.basic("ci", "right");
  static final String TOKEN = "9f86d081884c7d659a2feaa0c55ad015";

  final FakeClock clock = new FakeClock();
  final AtomicInteger hashed = new AtomicInteger();
  final List<Reason> counted = new CopyOnWriteArrayList<>();

  /** Whether the last hash ran on a virtual thread. */
  final AtomicBoolean virtual = new AtomicBoolean();

  /** Counted down by the first hash. */
  final CountDownLatch entered = new CountDownLatch(1);

  /** What hashes wait for. */
  volatile CountDownLatch held = new CountDownLatch(0);

  Map<String, Set<String>> clients = Map.of();
  final Path users;
  final Path tokens;

  GuardFixture(Path folder) throws IOException {
    users = folder.resolve("users");
    tokens = folder.resolve("tokens");
    Files.writeString(users, People.user("ci", "right") + People.user("dev", "other"));
    Files.writeString(tokens, People.token("robot", TOKEN));
  }

  Guard open() throws IOException {
    return open(Optional.of(users), Duration.ofHours(1));
  }

  /** One that lets nobody wait for a thread. */
  Guard impatient() throws IOException {
    return open(Optional.of(users), Duration.ZERO);
  }

  Guard withoutUsers() throws IOException {
    return open(Optional.empty(), Duration.ofHours(1));
  }

  private Guard open(Optional<Path> usersFile, Duration patience) throws IOException {
    GuardedConfig config =
        new GuardedConfig(
            "127.0.0.1", 0, usersFile, Optional.of(tokens), Optional.empty(), clients);
    HashThreads hashes = new HashThreads(1, patience, this::check);
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

  static Admission ask(Guard guard, String address, String authorization) {
    return guard.admit(new Approach(address, Optional.of(authorization), Optional.empty()));
  }

  static void admits(Guard guard, String authorization, String name) {
    assertThat(ask(guard, HERE, authorization))
        .isEqualTo(new Admitted(new Client(name, new Access.All())));
  }

  static void refuses(Guard guard, String authorization, Reason reason) {
    assertThat(ask(guard, HERE, authorization))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
  }
}
