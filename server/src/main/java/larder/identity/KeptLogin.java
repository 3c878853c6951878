package larder.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import larder.tiering.SourceException.Unavailable;
import org.jspecify.annotations.Nullable;

/** A login that is lent: got once however many ask, kept while it is good, got anew in time. */
final class KeptLogin implements Login {
  /** One that is younger was refused for what it is, not for its age. */
  private static final Duration YOUNG = Duration.ofSeconds(10);

  /** How long a lender that failed is left alone while its last lease is still good. */
  private static final Duration QUIET = Duration.ofSeconds(10);

  private final Lender lender;
  private final InstantSource clock;
  private final AtomicReference<@Nullable FutureTask<Held>> flight = new AtomicReference<>();
  private volatile @Nullable Held held;
  private volatile Instant quietUntil = Instant.MIN;

  /** Where it comes from. */
  @FunctionalInterface
  interface Lender {
    Lease lend() throws Unavailable;
  }

  /**
   * @param renewAt from when on another is better got
   * @param goodUntil from when on it is worth nothing
   */
  record Lease(Identity identity, Instant renewAt, Instant goodUntil) {}

  private record Held(Lease lease, Instant got) {}

  KeptLogin(Lender lender, InstantSource clock) {
    this.lender = lender;
    this.clock = clock;
  }

  @Override
  public Identity identity() throws Unavailable {
    Held known = held;
    if (known == null) {
      return fetch(Instant.MIN).identity();
    }
    Instant now = clock.instant();
    boolean good = now.isBefore(known.lease().goodUntil());
    if (now.isBefore(known.lease().renewAt()) || (good && now.isBefore(quietUntil))) {
      return known.lease().identity();
    }
    try {
      return fetch(known.got()).identity();
    } catch (Unavailable e) {
      if (!good) {
        throw e;
      }
      quietUntil = now.plus(QUIET);
      return known.lease().identity();
    }
  }

  @Override
  public boolean renew(Identity refused) throws Unavailable {
    Held known = held;
    if (known == null || !known.lease().identity().equals(refused)) {
      return true;
    }
    if (clock.instant().isBefore(known.got().plus(YOUNG))) {
      return false;
    }
    fetch(known.got());
    return true;
  }

  /** A lease that was got after another. */
  private Lease fetch(Instant after) throws Unavailable {
    var mine = new FutureTask<>(() -> lend(after));
    FutureTask<Held> running = flight.compareAndExchange(null, mine);
    if (running != null) {
      return outcome(running);
    }
    try {
      mine.run();
    } finally {
      flight.set(null);
    }
    return outcome(mine);
  }

  private Held lend(Instant after) throws Unavailable {
    Held known = held;
    if (known != null && known.got().isAfter(after)) {
      return known;
    }
    Instant asked = clock.instant();
    Held fresh = new Held(lender.lend(), asked);
    held = fresh;
    return fresh;
  }

  private static Lease outcome(FutureTask<Held> task) throws Unavailable {
    try {
      return task.get().lease();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("the login: interrupted while it was got", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Unavailable failure -> throw failure;
        case RuntimeException bug -> throw bug;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }
}
