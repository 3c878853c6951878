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
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import larder.policy.LeastRecentlyUsed;
import larder.tiering.BlobKey;
import larder.tiering.Bound;
import larder.tiering.Contents;
import larder.tiering.Event;
import larder.tiering.FakeClock;
import larder.tiering.FaultyBlobStore;
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
  private static final Duration SOON = Duration.ofMinutes(10);

  @TempDir private Path directory;
  private final FakeClock clock = new FakeClock();
  private final MemoryBlobStore memory = new MemoryBlobStore(clock);
  private final FaultyBlobStore store = new FaultyBlobStore(memory);
  private final List<Event> events = new ArrayList<>();
  private int rounds;
  private final List<Duration> rests = new ArrayList<>();

  private Tier open(int capacity) throws IOException {
    Tier tier =
        Tier.open(
            "disk", store, new Bound(capacity, 0), new LeastRecentlyUsed<>(), events::add, clock);
    tier.awaitScan();
    return tier;
  }

  private void put(Tier tier, Contents blob) throws IOException {
    try (Reservation room = tier.reserve(blob.bytes().length).orElseThrow()) {
      Path file = Files.write(directory.resolve("file"), blob.bytes());
      assertThat(tier.admit(blob.key(), file, blob.bytes().length, room)).isTrue();
    }
  }

  /** Ends after its first round; what it waits for meanwhile is its budget. */
  private void round(Tier tier, Pause meanwhile) {
    Pause pause =
        time -> {
          if (time.compareTo(Duration.ofMinutes(5)) > 0) {
            rests.add(time);
            throw new InterruptedIOException("the test ends here");
          }
          clock.advance(time);
          meanwhile.take(time);
        };
    new Scrub(
            tier,
            RATE,
            new SplittableRandom(++rounds),
            pause,
            () -> clock.millis() * 1_000_000,
            events::add,
            clock)
        .run();
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
    // The last piece is waited for before the next, of the next round.
    assertThat(took).isBetween(Duration.ofMillis(3950), Duration.ofMillis(5200));
    assertThat(rests).containsExactly(Duration.ofDays(1).minus(took));
    assertThat(told(Event.Scrubbed.class).map(Event.Scrubbed::bytes))
        .allMatch(bytes -> bytes <= RATE);
  }

  @Test
  void aClockThatIsSetBackOrARoundOfDaysDoesNotKeepItFromTheNext() throws Exception {
    for (Duration step : List.of(Duration.ofDays(-365), Duration.ofDays(2))) {
      Tier tier = open(CAPACITY);
      put(tier, Contents.of(1_500_000, 1));
      round(tier, _ -> clock.advance(step));
    }
    assertThat(rests).containsExactly(SOON, SOON);
  }

  @Test
  void anEmptyTierIsLookedAtAgainSoon() throws Exception {
    round(open(CAPACITY));
    assertThat(rests).containsExactly(SOON);
  }

  @Test
  void itIsNoAccess() throws Exception {
    Tier tier = open(100_000);
    Instant begun = clock.instant();
    List<Contents> all = IntStream.range(0, 10).mapToObj(i -> Contents.of(8_000, i)).toList();
    for (Contents each : all) {
      put(tier, each);
      clock.advance(Duration.ofMinutes(1));
    }
    round(tier);
    memory.forEach((key, _, last) -> assertThat(last).isBefore(begun.plus(Duration.ofMinutes(10))));
    put(tier, Contents.of(50_000, 99));
    List<BlobKey> gone = told(Event.Evicted.class).map(Event.Evicted::key).toList();
    assertThat(gone).hasSizeGreaterThan(3);
    assertThat(gone).isEqualTo(all.subList(0, gone.size()).stream().map(Contents::key).toList());
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
    // What took its place is read too, when its turn comes later.
    assertThat(told(Event.Scrubbed.class).mapToLong(Event.Scrubbed::bytes).sum())
        .isIn(1_000_000L, 4_500_000L);
    assertThat(damaged()).isEmpty();
  }

  @Test
  void aRightCopyThatTakesThePlaceOfAWrongOneStays() throws Exception {
    Tier tier = open(CAPACITY);
    Contents large = Contents.of(3_000_000, 1);
    put(tier, large);
    memory.rot(large.key(), 0);
    List<Duration> waits = new ArrayList<>();
    round(
        tier,
        time -> {
          waits.add(time);
          if (waits.size() == 1) {
            assertThatNoException()
                .isThrownBy(() -> {
                  assertThat(tier.contents().remove(large.key())).hasValue(3_000_000);
                  put(tier, large);
                });
          }
        });
    assertThat(waits).isNotEmpty();
    assertThat(tier.holds(large.key())).isTrue();
    assertThat(damaged()).isEmpty();
  }

  @Test
  void whatCannotBeReadWhileOthersCanIsRemoved() throws Exception {
    Tier tier = open(CAPACITY);
    List<Contents> all = IntStream.range(0, 40).mapToObj(i -> Contents.of(1000, i)).toList();
    for (Contents each : all) {
      put(tier, each);
    }
    Set<BlobKey> lost = Set.of(all.get(3).key(), all.get(17).key(), all.get(30).key());
    store.unreadable = all.get(3).key()::equals;
    store.shut = all.get(17).key()::equals;
    memory.remove(all.get(30).key());
    for (int i = 0; i < 5; i++) {
      round(tier);
    }
    assertThat(damaged()).containsExactlyInAnyOrderElementsOf(lost);
    assertThat(tier.blobs()).isEqualTo(37);
  }

  @Test
  void whatCouldNotBeReadOnceStays() throws Exception {
    Tier tier = open(CAPACITY);
    for (int i = 0; i < 40; i++) {
      put(tier, Contents.of(1000, i));
    }
    AtomicInteger reads = new AtomicInteger();
    store.unreadable = _ -> reads.incrementAndGet() % 5 == 0;
    round(tier);
    assertThat(told(Event.TierFailed.class)).hasSizeGreaterThan(5);
    assertThat(damaged()).isEmpty();
    assertThat(tier.blobs()).isEqualTo(40);
  }

  @Test
  void aMediumThatGivesNothingLosesNothing() throws Exception {
    Tier tier = open(CAPACITY);
    for (int i = 0; i < 100; i++) {
      put(tier, Contents.of(10, i));
    }
    store.findFails = true;
    Instant before = clock.instant();
    round(tier);
    assertThat(Duration.between(before, clock.instant())).isGreaterThan(Duration.ofMillis(230));
    store.findFails = false;
    store.unreadable = _ -> true;
    round(tier);
    assertThat(told(Event.TierFailed.class)).as("16 of 100 and why it ends, twice").hasSize(34);
    assertThat(rests).containsExactly(SOON, SOON);
    assertThat(tier.blobs()).isEqualTo(100);
    assertThat(damaged()).isEmpty();
    store.unreadable = _ -> false;
    round(tier);
    assertThat(damaged()).isEmpty();
    assertThat(told(Event.Scrubbed.class).mapToLong(Event.Scrubbed::bytes).sum()).isEqualTo(1000);
  }

  @Test
  void withoutKnowingWhatIsThereItIsTriedAgainSoon() throws Exception {
    store.scanFails = true;
    round(open(CAPACITY));
    assertThat(rests).containsExactly(SOON);
    assertThat(told(Event.TierFailed.class).map(Event.TierFailed::operation))
        .containsExactly("scan", "scrub");
  }

  @Test
  void anInterruptEndsItWhileItReadsOrWaits() throws Exception {
    Tier tier = open(CAPACITY);
    put(tier, Contents.of(5_000_000, 1));
    for (long rate : new long[] {1, Long.MAX_VALUE}) {
      var scrub =
          new Scrub(
              tier,
              rate,
              new SplittableRandom(1),
              Pause.SLEEP,
              System::nanoTime,
              events::add,
              clock);
      Thread thread = Thread.ofVirtual().start(scrub);
      thread.interrupt();
      assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
    }
    assertThat(damaged()).isEmpty();
    assertThat(memory.openHandles()).isZero();
  }
}
