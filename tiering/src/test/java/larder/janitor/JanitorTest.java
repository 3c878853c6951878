package larder.janitor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import larder.bucket.Body;
import larder.bucket.Condemned;
import larder.bucket.FaultyObjectStore;
import larder.bucket.Hold;
import larder.bucket.MemoryObjectStore;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.ObjectStore.Listed;
import larder.janitor.Janitor.Swept;
import larder.lease.Leases;
import larder.tiering.FakeClock;
import org.junit.jupiter.api.Test;

/** Several janitors of one store. */
class JanitorTest {
  private static final Duration EVERY = Duration.ofHours(6);
  private static final Duration GRACE = Duration.ofDays(1);
  private static final Duration LEASE = Duration.ofMinutes(1);

  private final FakeClock clock = new FakeClock();
  private final FaultyObjectStore store = new FaultyObjectStore(new MemoryObjectStore(clock));
  private final Condemned condemned = new Condemned(store, new Random(1));
  private final Janitor one = janitor("one");
  private final Janitor other = janitor("other");

  private Leases leases(String holder) {
    return new Leases(
        store,
        Optional.empty(),
        LEASE,
        holder,
        new Random(holder.hashCode()),
        () -> Duration.between(Instant.EPOCH, clock.instant()).toNanos());
  }

  private Janitor janitor(String holder) {
    return new Janitor(store, condemned, Optional.of(leases(holder)), EVERY, GRACE);
  }

  private void put(String key) throws IOException {
    var _ = store.put(key, Body.of(key.getBytes(UTF_8)), new Condition.Always());
  }

  private List<String> keys() throws IOException {
    return store.list("", "").stream().map(Listed::key).toList();
  }

  @Test
  void whatIsOldGoesAndWhatIsYoungOrInUseStays() throws Exception {
    put("blobs/condemned");
    put("blobs/kept");
    condemned.add(store.list("blobs/condemned", ""));
    put("leases/fill/a");
    put("probes/a");
    clock.advance(GRACE);
    put("leases/fill/b");
    put("probes/b");
    assertThat(one.sweep()).contains(new Swept(0, 1, 2));
    assertThat(keys()).containsExactly("blobs/kept", "leases/fill/b", "leases/janitor", "probes/b");
  }

  @Test
  void whatOneHasDoneTheOtherDoesNotRepeat() throws Exception {
    assertThat(one.sweep()).isPresent();
    assertThat(other.sweep()).isEmpty();
    assertThat(one.sweep()).isEmpty();
    clock.advance(EVERY);
    assertThat(other.sweep()).isPresent();
    assertThat(one.sweep()).isEmpty();
  }

  @Test
  void oneThatDiedAtWorkIsFollowedByAnother() throws Exception {
    assertThat(leases("dead").take("janitor", EVERY)).isInstanceOf(Leases.Attempt.Taken.class);
    assertThat(one.sweep()).isEmpty();
    clock.advance(LEASE.plusSeconds(2));
    assertThat(one.sweep()).isPresent();
  }

  @Test
  void oneThatFailsIsFollowedByAnotherAfterTheSameTime() throws Exception {
    put("blobs/condemned");
    condemned.add(store.list("blobs/", ""));
    clock.advance(GRACE);
    IOException trouble = new IOException("503 SlowDown");
    Janitor failing =
        new Janitor(
            new FaultyObjectStore(store) {
              @Override
              public List<Listed> list(String prefix, String after) throws IOException {
                throw trouble;
              }
            },
            condemned,
            Optional.of(leases("failing")),
            EVERY,
            GRACE);
    put("probes/a");
    assertThatIOException().isThrownBy(failing::sweep).isSameAs(trouble);
    assertThat(keys()).as("what does not fail").doesNotContain("blobs/condemned");
    assertThat(other.sweep()).isEmpty();
    clock.advance(EVERY);
    assertThat(other.sweep()).isPresent();
  }

  @Test
  void oneThatLosesItsLeaseEndsAndLeavesTheRest() throws Exception {
    for (int i = 0; i < 100; i++) {
      put("blobs/" + i);
    }
    condemned.add(store.list("blobs/", ""));
    clock.advance(GRACE);
    Janitor stopped =
        new Janitor(
            new FaultyObjectStore(store) {
              @Override
              public int clear(Duration age, Hold hold) throws IOException {
                // As if the process had been stopped for longer than its lease lasts.
                clock.advance(LEASE.plusSeconds(2));
                assertThat(other.sweep()).contains(new Swept(0, 100, 0));
                JanitorTest.this.put("blobs/7");
                return super.clear(age, hold);
              }
            },
            condemned,
            Optional.of(leases("stopped")),
            EVERY,
            GRACE);
    assertThat(stopped.sweep()).contains(new Swept(0, 0, 0));
    assertThat(keys()).containsExactly("blobs/7", "leases/janitor");
  }

  @Test
  void whereThereAreNoLeasesEachSweeps() throws Exception {
    Janitor alone = new Janitor(store, condemned, Optional.empty(), EVERY, GRACE);
    put("probes/a");
    clock.advance(GRACE);
    assertThat(alone.sweep()).contains(new Swept(0, 0, 1));
    assertThat(alone.sweep()).contains(new Swept(0, 0, 0));
    assertThat(keys()).isEmpty();
  }
}
