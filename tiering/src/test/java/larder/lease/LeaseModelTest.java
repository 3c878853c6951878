package larder.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import larder.bucket.FleetKey;
import larder.lease.LeaseRecord.State;
import larder.lease.Leases.Attempt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several larders that want one lease, by a store that loses answers and applies writes late. */
class LeaseModelTest {
  private static final Duration TIME = Duration.ofSeconds(15);
  private static final int SEEDS = 1500;

  /** One world, made and run by a seed. */
  private static final class World {
    private final Random random;
    private final UnreliableStore store;
    private final List<Larder> larders = new ArrayList<>();
    private int depth;
    int taken;

    World(long seed, boolean clock) {
      this.random = new Random(seed);
      this.store = new UnreliableStore(random, clock, this::others);
      for (int i = 0; i < 3; i++) {
        larders.add(new Larder(i));
      }
    }

    /** What happens while a larder waits for an answer. */
    private void others() {
      assertAtMostOneHolds();
      if (depth < 3 && random.nextInt(3) == 0) {
        act();
      }
      assertAtMostOneHolds();
    }

    private void assertAtMostOneHolds() {
      assertThat(larders.stream().filter(Larder::holds).count()).isLessThanOrEqualTo(1);
    }

    void act() {
      depth++;
      try {
        if (random.nextInt(5) == 0) {
          store.advance(Duration.ofMillis(random.nextInt(20_000)));
        }
        larders.get(random.nextInt(larders.size())).act();
      } finally {
        depth--;
      }
    }

    /** One larder, that does one thing at a time. */
    private final class Larder {
      private final Leases leases;
      private @Nullable Lease lease;
      private boolean busy;

      Larder(int number) {
        long start = random.nextLong();
        this.leases =
            new Leases(
                store,
                Optional.of(new FleetKey("secret")),
                TIME,
                "larder " + number,
                random,
                () -> store.nanos() + start);
      }

      boolean holds() {
        return lease != null && lease.held();
      }

      void act() {
        if (busy) {
          return; // it waits for the store
        }
        busy = true;
        try {
          Lease mine = lease;
          if (mine == null) {
            take();
          } else if (random.nextInt(10) == 0) {
            mine.release(random.nextBoolean() ? State.DONE : State.FAILED, "");
            lease = null;
          } else if (random.nextInt(30) == 0) {
            lease = null; // killed
          } else if (!mine.keep("at work")) {
            lease = null;
          }
        } catch (IOException e) {
          if (lease != null && !lease.held()) {
            lease = null;
          }
        } finally {
          busy = false;
        }
      }

      private void take() throws IOException {
        if (leases.take("one", Duration.ZERO) instanceof Attempt.Taken(Lease mine)) {
          lease = mine;
          taken++;
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void atMostOneBelievesThatItHoldsTheLease(boolean clock) throws Exception {
    int taken = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      World world = new World(seed, clock);
      try {
        for (int i = 0; i < 100; i++) {
          world.act();
          world.assertAtMostOneHolds();
        }
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
      taken += world.taken;
      assertThatItCanBeTakenWhenAllIsWell(world, seed);
    }
    assertThat(taken).as("else nothing was tried").isGreaterThan(5 * SEEDS);
  }

  /** When all who had it are dead. */
  private static void assertThatItCanBeTakenWhenAllIsWell(World world, long seed)
      throws IOException {
    world.store.becomeReliable();
    Leases next =
        new Leases(
            world.store,
            Optional.of(new FleetKey("secret")),
            TIME,
            "the next",
            new Random(~seed),
            world.store::nanos);
    Attempt first = next.take("one", Duration.ZERO);
    world.store.advance(TIME.plus(Leases.GRAIN));
    Attempt second = next.take("one", Duration.ZERO);
    assertThat(List.of(first, second))
        .as("seed %d", seed)
        .hasAtLeastOneElementOfType(Attempt.Taken.class);
  }

  @Test
  void aSeedMakesTheSameWorldEachTime() {
    for (long seed = 0; seed < 10; seed++) {
      World one = new World(seed, true);
      World other = new World(seed, true);
      for (int i = 0; i < 100; i++) {
        one.act();
        other.act();
      }
      assertThat(one.taken).isEqualTo(other.taken);
      assertThat(one.store.nanos()).isEqualTo(other.store.nanos());
    }
  }
}
