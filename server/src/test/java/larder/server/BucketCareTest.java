package larder.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import larder.bucket.Body;
import larder.bucket.BreakerStore;
import larder.bucket.Condemned;
import larder.bucket.FaultyObjectStore;
import larder.bucket.MemoryObjectStore;
import larder.bucket.ObjectStore;
import larder.tiering.Event;
import larder.tiering.Events;
import larder.tiering.FakeClock;
import org.junit.jupiter.api.Test;

/** When the bucket is swept, and what that costs. */
class BucketCareTest {
  private static final Duration LOOK = Duration.ofMinutes(10);
  private static final Duration DUE = Duration.ofHours(6);

  private final FakeClock clock = new FakeClock();
  private final MemoryObjectStore memory = new MemoryObjectStore(clock);
  private final FaultyObjectStore store = new FaultyObjectStore(memory);
  private final List<Event> events = new ArrayList<>();
  private final BucketCare one = care(store, events::add);

  private BucketCare care(ObjectStore objects, Events to) {
    return care(objects, to, clock);
  }

  private static BucketCare care(ObjectStore objects, Events to, InstantSource clock) {
    BreakerStore breaker = new BreakerStore(objects, Events.NONE, clock);
    return new BucketCare(
        breaker, new Condemned(breaker, new Random(1)), Optional.empty(), "ci-eu", to, clock);
  }

  /** Looks as often as in that time a larder does. */
  private void pass(Duration time, BucketCare... cares) {
    for (Duration gone = Duration.ZERO; gone.compareTo(time) < 0; gone = gone.plus(LOOK)) {
      clock.advance(LOOK);
      for (BucketCare each : cares) {
        each.sweep();
      }
    }
  }

  @Test
  void itIsSweptEverySixHours() {
    one.begin();
    pass(DUE.multipliedBy(4), one);
    assertThat(events).hasSize(4).hasOnlyElementsOfType(Event.Swept.class);
  }

  @Test
  void oneOfTwoSweepsAndTheOtherOnlyLooks() {
    FaultyObjectStore seen = new FaultyObjectStore(memory);
    List<Event> ofOther = new ArrayList<>();
    BucketCare other = care(seen, ofOther::add);
    one.begin();
    other.begin();
    one.sweep();
    seen.requests.clear();
    pass(DUE.minus(LOOK), one, other);
    assertThat(ofOther).isEmpty();
    assertThat(seen.requests).hasSize(35).containsOnly("get leases/janitor");
    pass(DUE.multipliedBy(3), one, other);
    assertThat(events.size() + ofOther.size()).isEqualTo(4);
  }

  @Test
  void betweenItsOwnSweepsItAsksForNothing() {
    one.begin();
    one.sweep();
    store.requests.clear();
    pass(DUE.minus(LOOK), one);
    assertThat(store.requests).isEmpty();
  }

  /** As some stores do. */
  private final class Unconditional extends FaultyObjectStore {
    Unconditional() {
      super(memory);
    }

    @Override
    public Written put(String key, Body body, Condition condition) throws IOException {
      return super.put(key, body, new Condition.Always());
    }
  }

  @Test
  void whereThereAreNoConditionsEachSweepsAsOften() throws Exception {
    memory.put("probes/old", Body.of("x".getBytes(UTF_8)), new ObjectStore.Condition.Always());
    BucketCare alone = care(new Unconditional(), events::add);
    alone.begin();
    clock.advance(Duration.ofDays(1));
    pass(DUE.multipliedBy(4), alone);
    assertThat(events).hasSize(4);
    assertThat(memory.list("", "")).isEmpty();
  }

  @Test
  void aStoreThatFailsIsNotTriedEachTime() {
    store.failure = new IOException("403 AccessDenied");
    one.begin();
    one.sweep();
    store.requests.clear();
    pass(Duration.ofMinutes(50), one);
    assertThat(store.requests).isEmpty();
    store.failure = null;
    pass(LOOK, one);
    assertThat(events).hasSize(1);
  }

  @Test
  void norIsASweepThatBrokeOff() {
    one.begin();
    one.sweep();
    store.failure = new IOException("403 AccessDenied");
    pass(DUE, one);
    store.failure = null;
    store.requests.clear();
    pass(Duration.ofMinutes(50), one);
    assertThat(store.requests).isEmpty();
    pass(LOOK, one);
    assertThat(events).hasSize(2);
  }

  @Test
  void aClockThatIsSetBackDoesNotKeepItFromSweeping() {
    FakeClock own = new FakeClock();
    BucketCare astray = care(store, events::add, own);
    astray.begin();
    astray.sweep();
    own.advance(Duration.ofDays(-400));
    clock.advance(DUE); // which is the store's
    astray.sweep();
    assertThat(events).hasSize(2);
  }
}
