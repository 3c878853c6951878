package larder.fsck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import larder.tiering.BlobKey;
import larder.tiering.Bound;
import larder.tiering.Contents;
import larder.tiering.Event;
import larder.tiering.FakeClock;
import larder.tiering.FaultyBlobStore;
import larder.tiering.LeastRecentlyUsed;
import larder.tiering.MemoryBlobStore;
import larder.tiering.Pause;
import larder.tiering.Reservation;
import larder.tiering.Tier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What rots is found by reading it, slowly, and those who want blobs do not notice. */
@Timeout(60)
class ScrubTest {
  private static final int CAPACITY = 20_000_000;
  private static final int RATE = 1_000_000;

  @TempDir private Path directory;
  private final FakeClock clock = new FakeClock();
  private final MemoryBlobStore memory = new MemoryBlobStore(clock);
  private final FaultyBlobStore store = new FaultyBlobStore(memory);
  private final List<Event> events = new ArrayList<>();
  private final List<Duration> rests = new ArrayList<>();

  private Tier open(int capacity) throws IOException {
    Tier tier =
        Tier.open(
            "disk", store, new Bound(capacity, 0), new LeastRecentlyUsed(), events::add, clock);
    tier.awaitScan();
    return tier;
  }

  private void put(Tier tier, Contents blob) throws IOException {
    try (Reservation room = tier.reserve(blob.bytes().length).orElseThrow()) {
      Path file = Files.write(directory.resolve("file"), blob.bytes());
      assertThat(tier.admit(blob.key(), file, blob.bytes().length, room)).isTrue();
    }
  }

  /** Ends after its first round. */
  private void round(Tier tier, Pause meanwhile) {
    Pause budget =
        time -> {
          clock.advance(time);
          meanwhile.take(time);
        };
    Throttle throttle = new Throttle(RATE, budget, () -> clock.millis() * 1_000_000);
    Pause rest =
        time -> {
          rests.add(time);
          throw new InterruptedIOException("the test ends here");
        };
    new Scrub(tier, throttle, new Random(1), rest, events::add, clock).run();
  }

  private void round(Tier tier) {
    round(tier, _ -> {});
  }

  private List<BlobKey> damaged() {
    return told(Event.Damaged.class).map(Event.Damaged::key).toList();
  }

  private <E extends Event> Stream<E> told(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast);
  }

  @Test
  void whatIsNoLongerWhatItsNameSaysIsRemovedAndAllElseStays() throws Exception {
    Tier tier = open(CAPACITY);
    List<Contents> right =
        IntStream.range(0, 20).mapToObj(i -> Contents.of(10_000 * i, i)).toList();
    for (Contents each : right) {
      put(tier, each);
    }
    Contents large = Contents.of(3_500_000, 77);
    put(tier, large);
    BlobKey key = large.key();
    for (int at : new int[] {0, 1 << 20, 3_499_999}) {
      memory.rot(key, at);
      round(tier);
      assertThat(damaged()).as("rotten at byte %d", at).containsExactly(key);
      assertThat(tier.holds(key)).isFalse();
      events.clear();
      put(tier, large);
    }
    round(tier);
    assertThat(damaged()).isEmpty();
    assertThat(tier.blobs()).isEqualTo(21);
    assertThat(told(Event.Scrubbed.class).mapToLong(Event.Scrubbed::bytes).sum())
        .isEqualTo(tier.used());
    assertThat(memory.openHandles()).isZero();
  }

  @Test
  void itReadsWithinItsBudgetAndOnceADay() throws Exception {
    Tier tier = open(CAPACITY);
    put(tier, Contents.of(5_000_000, 1));
    put(tier, Contents.of(0, 2));
    Instant before = clock.instant();
    round(tier);
    Duration took = Duration.between(before, clock.instant());
    assertThat(took).isBetween(Duration.ofSeconds(5), Duration.ofMillis(5200));
    assertThat(rests).containsExactly(Duration.ofDays(1).minus(took));
  }

  @Test
  void aRoundThatTakesLongerThanADayIsFollowedByTheNextAtOnce() throws Exception {
    Tier tier = open(CAPACITY);
    put(tier, Contents.of(1_500_000, 1));
    int[] pieces = {0};
    Pause slow =
        _ -> {
          clock.advance(Duration.ofDays(1));
          if (++pieces[0] == 10) {
            throw new InterruptedIOException("the test ends here");
          }
        };
    round(tier, slow);
    assertThat(rests).isEmpty();
    assertThat(told(Event.Scrubbed.class)).hasSize(4);
  }

  @Test
  void itIsNoAccess() throws Exception {
    Tier tier = open(100_000);
    List<Contents> all = IntStream.range(0, 4).mapToObj(i -> Contents.of(20_000, i)).toList();
    for (Contents each : all) {
      put(tier, each);
      clock.advance(Duration.ofMinutes(1));
    }
    round(tier);
    put(tier, Contents.of(40_000, 9));
    assertThat(told(Event.Evicted.class).map(Event.Evicted::key))
        .containsExactly(all.get(0).key(), all.get(1).key());
    assertThat(told(Event.Evicted.class).map(Event.Evicted::lastAccess)).isSorted();
  }

  @Test
  void whatItWaitsToReadOnMayBeEvicted() throws Exception {
    Tier tier = open(4_000_000);
    Contents large = Contents.of(3_000_000, 1);
    put(tier, large);
    round(
        tier,
        _ -> {
          if (tier.holds(large.key())) {
            assertThatNoException().isThrownBy(() -> put(tier, Contents.of(3_500_000, 2)));
          }
        });
    assertThat(told(Event.Evicted.class).map(Event.Evicted::key)).containsExactly(large.key());
    assertThat(told(Event.Scrubbed.class).map(Event.Scrubbed::bytes)).containsExactly(1L << 20);
    assertThat(damaged()).isEmpty();
  }

  @Test
  void whatCannotBeReadCostsItsBudgetToo() throws Exception {
    Tier tier = open(CAPACITY);
    for (int i = 0; i < 100; i++) {
      put(tier, Contents.of(10, i));
    }
    store.findFails = true;
    Instant before = clock.instant();
    round(tier);
    assertThat(Duration.between(before, clock.instant())).isGreaterThan(Duration.ofMillis(1600));
    assertThat(told(Event.TierFailed.class)).hasSize(100);
    assertThat(tier.blobs()).as("nothing is known of them").isEqualTo(100);
  }
}
