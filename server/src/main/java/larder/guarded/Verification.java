package larder.guarded;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import larder.guarded.Admission.Admitted;
import larder.guarded.Admission.Reason;
import larder.guarded.Admission.Refused;
import larder.guarded.Fingerprints.Fingerprint;
import larder.guarded.Fingerprints.Purpose;
import larder.guarded.HashThreads.Verdict;

/**
 * Whose a password or token is. What was right is remembered until a file changes, since it cannot
 * become wrong before; so a client that is known waits for nobody.
 *
 * <p>What a wrong one costs does not tell whether its name is known: each costs one hash, which for
 * a name that is not there is somebody else's. That a name is looked up in a table takes
 * nanoseconds beside that.
 */
final class Verification {
  private static final int MOST = 10_000;
  private static final Duration WRONG_FOR = Duration.ofMinutes(1);
  private static final Duration COME_AGAIN = Duration.ofSeconds(5);
  private static final Refused BUSY = new Refused(Reason.BUSY, Optional.of(COME_AGAIN));

  private final KnownSecrets secrets;
  private final Rights rights;
  private final Fingerprints fingerprints;
  private final Slowdown slowdown;
  private final HashThreads hashes;
  private final Cache<Fingerprint, Right> right = Caffeine.newBuilder().maximumSize(MOST).build();
  private final Cache<Fingerprint, KnownSecrets.Epoch> wrong;

  /** What is being found out; who shows the same meanwhile waits for that. */
  private final ConcurrentMap<Fingerprint, CompletableFuture<Admission>> running =
      new ConcurrentHashMap<>();

  private record Right(Admitted admitted, KnownSecrets.Epoch epoch) {}

  Verification(
      KnownSecrets secrets,
      Rights rights,
      Fingerprints fingerprints,
      Slowdown slowdown,
      HashThreads hashes,
      Ticker ticker) {
    this.secrets = secrets;
    this.rights = rights;
    this.fingerprints = fingerprints;
    this.slowdown = slowdown;
    this.hashes = hashes;
    this.wrong =
        Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(WRONG_FOR).ticker(ticker).build();
  }

  /**
   * One approach with a value of {@code Authorization}.
   *
   * @param guess whether it may be one: what was right before a file changed is none
   */
  private record Attempt(
      Slowdown.Sender sender,
      Authorization shown,
      Fingerprint print,
      KnownSecrets.Now now,
      boolean guess) {}

  Admission of(String address, String value) {
    KnownSecrets.Now now = secrets.now();
    Fingerprint print = fingerprints.of(Purpose.HEADER, value);
    Optional<Admission> remembered = remembered(print, now);
    if (remembered.isPresent()) {
      return remembered.get();
    }
    boolean guess = right.getIfPresent(print) == null;
    return Authorization.read(value)
        .map(shown -> verify(new Attempt(sender(address, shown), shown, print, now, guess)))
        .orElse(Refused.because(Reason.MALFORMED));
  }

  private static Slowdown.Sender sender(String address, Authorization shown) {
    return switch (shown) {
      case Authorization.Basic basic -> new Slowdown.Sender(address, Optional.of(basic.name()));
      case Authorization.Bearer _ -> new Slowdown.Sender(address, Optional.empty());
    };
  }

  private Optional<Admission> remembered(Fingerprint print, KnownSecrets.Now now) {
    return Optional.ofNullable(right.getIfPresent(print))
        .filter(known -> known.epoch().equals(now.epoch()))
        .map(Right::admitted);
  }

  private Admission verify(Attempt attempt) {
    while (true) {
      CompletableFuture<Admission> mine = new CompletableFuture<>();
      CompletableFuture<Admission> others = running.putIfAbsent(attempt.print(), mine);
      if (others == null) {
        return lead(attempt, mine);
      }
      Admission theirs = follow(others);
      switch (theirs) {
        case Refused(Reason reason, _) when reason == Reason.UNKNOWN -> {
          var _ = take(attempt);
          return theirs;
        }
        case Refused(Reason reason, _) when reason == Reason.SLOWED_DOWN -> {
          // That was about the other's address; this one may be another.
        }
        case Refused _, Admitted _ -> {
          return theirs;
        }
      }
    }
  }

  private Admission lead(Attempt attempt, CompletableFuture<Admission> mine) {
    Admission found = BUSY;
    try {
      found = remembered(attempt.print(), attempt.now()).orElseGet(() -> judge(attempt));
      return found;
    } finally {
      running.remove(attempt.print(), mine);
      mine.complete(found);
    }
  }

  private static Admission follow(CompletableFuture<Admission> others) {
    try {
      return others.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return BUSY;
    } catch (ExecutionException e) {
      throw new IllegalStateException("never completed so", e);
    }
  }

  private Admission judge(Attempt attempt) {
    // Taken before and given back after, so that many at once get no further than one by one.
    Optional<Duration> wait = take(attempt);
    if (wait.isPresent()) {
      return new Refused(Reason.SLOWED_DOWN, wait);
    }
    KnownSecrets.Epoch epoch = attempt.now().epoch();
    if (epoch.equals(wrong.getIfPresent(attempt.print()))) {
      return Refused.because(Reason.UNKNOWN);
    }
    return switch (attempt.shown()) {
      case Authorization.Bearer(byte[] token) ->
          attempt
              .now()
              .tokens()
              .owner(token)
              .map(owner -> admit(attempt, owner))
              .orElseGet(() -> refuse(attempt));
      case Authorization.Basic(String name, byte[] password) ->
          switch (check(attempt.now(), name, password)) {
            case RIGHT -> admit(attempt, name);
            case WRONG -> refuse(attempt);
            case BUSY -> {
              giveBack(attempt);
              yield BUSY;
            }
          };
    };
  }

  private Optional<Duration> take(Attempt attempt) {
    return attempt.guess() ? slowdown.take(attempt.sender()) : Optional.empty();
  }

  private void giveBack(Attempt attempt) {
    if (attempt.guess()) {
      slowdown.giveBack(attempt.sender());
    }
  }

  private Verdict check(KnownSecrets.Now now, String name, byte[] password) {
    if (now.tokens().owner(password).filter(name::equals).isPresent()) {
      return Verdict.RIGHT;
    }
    if (now.users().isEmpty()) {
      return Verdict.WRONG;
    }
    PasswordHash decoy = now.users().decoy(fingerprints.of(Purpose.DECOY, name).first());
    Optional<PasswordHash> own = now.users().find(name);
    Verdict verdict = hashes.check(own.orElse(decoy), password);
    return verdict == Verdict.RIGHT && own.isEmpty() ? Verdict.WRONG : verdict;
  }

  private Admission admit(Attempt attempt, String name) {
    giveBack(attempt);
    Admitted admitted = new Admitted(rights.client(name));
    right.put(attempt.print(), new Right(admitted, attempt.now().epoch()));
    return admitted;
  }

  private Admission refuse(Attempt attempt) {
    wrong.put(attempt.print(), attempt.now().epoch());
    right.invalidate(attempt.print());
    return Refused.because(Reason.UNKNOWN);
  }
}
