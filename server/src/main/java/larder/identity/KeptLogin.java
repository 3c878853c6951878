package larder.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A login that is lent: got once however many ask, kept while it is good, got anew in time. */
final class KeptLogin implements Login {
  /** One that is younger was refused for what it is, not for its age. */
  private static final Duration YOUNG = Duration.ofSeconds(10);

  /** How long a lender that failed is left alone. */
  private static final Duration QUIET = Duration.ofSeconds(10);

  private final Lender lender;
  private final InstantSource clock;
  private final AtomicReference<@Nullable FutureTask<Held>> flight = new AtomicReference<>();
  private volatile @Nullable Held held;
  private volatile @Nullable Failure failure;

  /** Where it comes from. */
  @FunctionalInterface
  interface Lender {
    Lease lend() throws LoginException;
  }

  /**
   * @param renewAt from when on another is better got
   * @param goodUntil from when on it is worth nothing
   */
  record Lease(Identity identity, Instant renewAt, Instant goodUntil) {}

  private record Held(Lease lease, Instant got) {}

  private record Failure(LoginException why, Instant when) {}

  KeptLogin(Lender lender, InstantSource clock) {
    this.lender = lender;
    this.clock = clock;
  }

  @Override
  public Identity identity() throws LoginException {
    Held known = held;
    if (known == null) {
      return fetch(null).identity();
    }
    Instant now = clock.instant();
    if (now.isBefore(known.lease().renewAt())) {
      return known.lease().identity();
    }
    try {
      return fetch(known).identity();
    } catch (LoginException e) {
      if (!now.isBefore(known.lease().goodUntil())) {
        throw e;
      }
      return known.lease().identity();
    }
  }

  @Override
  public boolean renew(Identity refused) throws LoginException {
    Held known = held;
    if (known == null || !known.lease().identity().equals(refused)) {
      return true;
    }
    if (isWithin(YOUNG, known.got())) {
      return false;
    }
    fetch(known);
    return true;
  }

  /** Another lease than the old one. */
  private Lease fetch(@Nullable Held old) throws LoginException {
    leaveAlone();
    FutureTask<Held> mine = new FutureTask<>(() -> loan(old));
    FutureTask<Held> running = flight.compareAndExchange(null, mine);
    if (running != null) {
      return outcome(running);
    }
    // On a thread of its own: who asked first may be interrupted, and the others still wait.
    Thread.ofVirtual().name("login").start(mine);
    return outcome(mine);
  }

  private Held loan(@Nullable Held old) throws LoginException {
    try {
      Held known = held;
      return known == null || known.equals(old) ? lend() : known;
    } finally {
      // What came of it is noted already, so whoever comes now sees that.
      flight.set(null);
    }
  }

  private Held lend() throws LoginException {
    leaveAlone();
    try {
      Instant asked = clock.instant();
      Held fresh = new Held(lender.lend(), asked);
      held = fresh;
      failure = null;
      return fresh;
    } catch (LoginException e) {
      failure = new Failure(e, clock.instant());
      throw e;
    }
  }

  /** Throws what the lender said last when it has failed a short while ago. */
  private void leaveAlone() throws LoginException {
    Failure last = failure;
    if (last != null && isWithin(QUIET, last.when())) {
      throw last.why();
    }
  }

  /**
   * Whether it was so short a time ago; what a clock that was set back has yet to reach, was not.
   */
  private boolean isWithin(Duration time, Instant when) {
    Instant now = clock.instant();
    return !now.isBefore(when) && now.isBefore(when.plus(time));
  }

  private static Lease outcome(FutureTask<Held> task) throws LoginException {
    try {
      return task.get().lease();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LoginException("the login: interrupted while it was got", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case LoginException shared -> throw shared;
        case RuntimeException bug -> throw bug;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }
}
