package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import larder.policy.LeastRecentlyUsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TierTest {
  private static final int CAPACITY = 100_000;

  @TempDir private Path directory;
  private final FakeClock clock = new FakeClock();
  private final MemoryBlobStore memory = new MemoryBlobStore(clock);
  private final FaultyBlobStore store = new FaultyBlobStore(memory);
  private final AtomicLong files = new AtomicLong();

  private Tier open(long minFree) throws IOException {
    Tier tier =
        Tier.open(
            "disk",
            store,
            new Bound(CAPACITY, minFree),
            new LeastRecentlyUsed<>(),
            Events.NONE,
            clock);
    tier.awaitScan();
    return tier;
  }

  private boolean put(Tier tier, Contents contents) throws IOException {
    Optional<Reservation> room = tier.reserve(contents.bytes().length);
    if (room.isEmpty()) {
      return false;
    }
    try (Reservation reserved = room.get()) {
      Path file = Files.write(directory.resolve("f" + files.incrementAndGet()), contents.bytes());
      return tier.admit(contents.key(), file, contents.bytes().length, reserved);
    }
  }

  private static void damage(Tier tier, Contents contents) throws IOException {
    try (PinnedBlob blob = tier.find(contents.key()).orElse(null)) {
      if (blob != null) {
        blob.damaged();
      }
    }
  }

  @Test
  void theOneNotReadForTheLongestTimeGoesFirst() throws Exception {
    Tier tier = open(0);
    List<Contents> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(Contents.of(20_000, i));
      assertThat(put(tier, all.get(i))).isTrue();
    }
    tier.find(all.get(0).key()).orElseThrow().close();
    Contents more = Contents.of(40_000, 9);
    assertThat(put(tier, more)).isTrue();
    assertThat(tier.holds(all.get(1).key())).isFalse();
    assertThat(tier.holds(all.get(0).key())).isTrue();
    assertThat(tier.used()).isLessThanOrEqualTo(CAPACITY);
  }

  @Test
  void aFullTierMakesRoomAheadOfNeedDownToTheLowMark() throws Exception {
    Tier tier = open(0);
    for (int i = 0; i < 9; i++) {
      put(tier, Contents.of(10_000, i));
      assertThat(tier.blobs()).isEqualTo(i + 1);
    }
    put(tier, Contents.of(9_500, 9));
    assertThat(tier.used()).as("99.5 %% is above the mark of 99").isEqualTo(89_500);
  }

  @Test
  void theMediumKeepsItsFreeSpace() throws Exception {
    Tier tier = open(50_000);
    store.usable = 80_000;
    assertThat(put(tier, Contents.of(30_000, 1))).isTrue();
    store.usable = 50_000;
    store.onRemove = () -> store.usable = 80_000;
    Reservation room = tier.reserve(20_000).orElseThrow();
    assertThat(tier.blobs()).as("evicted for the medium's sake").isZero();
    assertThat(tier.reserve(10_001)).as("reserved but not written counts").isEmpty();
    room.used(20_000);
    assertThat(tier.reserve(10_001)).isPresent();
  }

  @Test
  void aCopyThatTookThePlaceOfADamagedOneStays() throws Exception {
    Tier tier = open(0);
    Contents contents = Contents.of(20_000, 1);
    put(tier, contents);
    try (PinnedBlob first = tier.find(contents.key()).orElseThrow()) {
      assertThat(tier.contents().remove(contents.key())).hasValue(20_000);
      assertThat(put(tier, contents)).isTrue();
      first.damaged();
      assertThat(tier.holds(contents.key())).isTrue();
    }
  }

  @Test
  void pinnedBlobsThatWereRemovedAreMadeUpForByOthers() throws Exception {
    Tier tier = open(0);
    Contents open = Contents.of(40_000, 1);
    Contents idle = Contents.of(50_000, 2);
    put(tier, open);
    put(tier, idle);
    try (var pinned = tier.find(open.key()).orElseThrow()) {
      pinned.damaged();
      assertThat(pinned.length()).isEqualTo(40_000);
      assertThat(tier.used()).as("unlinked but open").isEqualTo(90_000);
      assertThat(put(tier, Contents.of(50_000, 3))).isTrue();
      assertThat(tier.holds(idle.key())).isFalse();
      assertThat(tier.used()).isEqualTo(90_000);
    }
    assertThat(tier.used()).isEqualTo(50_000);
  }

  @Test
  void aBlobThatCannotBeRemovedStaysAndOthersGo() throws Exception {
    Tier tier = open(0);
    put(tier, Contents.of(40_000, 1));
    store.removeFails = true;
    assertThat(tier.reserve(80_000)).isEmpty();
    assertThat(tier.used()).isEqualTo(40_000);
    assertThat(tier.holds(Contents.of(40_000, 1).key())).isTrue();
    store.removeFails = false;
    tier.reserve(80_000).orElseThrow().close();
    assertThat(tier.used()).isZero();
  }

  @Test
  void damageThatCouldNotBeRemovedIsRemovedWhenItsRoomIsNeeded() throws Exception {
    Tier tier = open(0);
    Contents damaged = Contents.of(80_000, 1);
    put(tier, damaged);
    store.removeFails = true;
    damage(tier, damaged);
    assertThat(put(tier, Contents.of(50_000, 2))).isFalse();
    assertThat(tier.used()).isEqualTo(80_000);
    store.removeFails = false;
    assertThat(put(tier, Contents.of(50_000, 2))).isTrue();
    assertThat(tier.used()).isEqualTo(50_000);
    assertThat(memory.find(damaged.key())).isEmpty();
  }

  @Test
  void aReservationIsGivenBackOnce() throws Exception {
    Tier tier = open(0);
    Reservation first = tier.reserve(50_000).orElseThrow();
    Reservation second = tier.reserve(50_000).orElseThrow();
    assertThat(tier.reserve(1)).isEmpty();
    first.close();
    first.close();
    assertThat(tier.used()).isEqualTo(50_000);
    second.close();
    assertThat(tier.used()).isZero();
    assertThat(tier.reserve(Long.MAX_VALUE)).isEmpty();
  }

  @Test
  void whoFindsEnoughOnItsWayOutWaitsForItAndEvictsNoMore() throws Exception {
    Tier tier = open(0);
    put(tier, Contents.of(50_000, 1));
    put(tier, Contents.of(30_000, 2));
    CountDownLatch removing = new CountDownLatch(1);
    CountDownLatch remove = new CountDownLatch(1);
    store.onRemove =
        () -> {
          removing.countDown();
          awaitQuietly(remove);
        };
    FutureTask<Optional<Reservation>> first = new FutureTask<>(() -> tier.reserve(40_000));
    FutureTask<Optional<Reservation>> second = new FutureTask<>(() -> tier.reserve(25_000));
    Thread.ofPlatform().start(first);
    removing.await();
    Thread waiting = Thread.ofPlatform().start(second);
    while (waiting.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    remove.countDown();
    assertThat(first.get()).isPresent();
    assertThat(second.get()).isPresent();
    assertThat(store.removes.get()).isEqualTo(1);
    assertThat(tier.used()).isEqualTo(95_000);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void waitingForTheScanCanBeInterrupted() throws Exception {
    CountDownLatch scan = new CountDownLatch(1);
    BlobStore slow = new SlowScan(store, scan);
    Tier tier =
        Tier.open(
            "disk", slow, new Bound(CAPACITY, 0), new LeastRecentlyUsed<>(), Events.NONE, clock);
    FutureTask<Optional<Reservation>> waiting = new FutureTask<>(() -> tier.reserve(1));
    Thread thread = Thread.ofPlatform().start(waiting);
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    thread.interrupt();
    assertThatThrownBy(waiting::get).hasCauseInstanceOf(InterruptedIOException.class);
    scan.countDown();
    tier.awaitScan();
    assertThat(tier.reserve(1)).isPresent();
  }

  @Test
  void whatIsFoundAndRemovedBeforeTheScanIsNotMetAgain() throws Exception {
    Contents early = Contents.of(1000, 1);
    Contents damaged = Contents.of(1000, 2);
    memory.putUntrusted(early.key(), early.bytes());
    memory.putUntrusted(damaged.key(), damaged.bytes());
    CountDownLatch scan = new CountDownLatch(1);
    Tier tier =
        Tier.open(
            "disk",
            new SlowScan(store, scan),
            new Bound(CAPACITY, 0),
            new LeastRecentlyUsed<>(),
            Events.NONE,
            clock);
    tier.find(early.key()).orElseThrow().close();
    tier.find(damaged.key()).orElseThrow().close();
    store.removeFails = true;
    damage(tier, damaged);
    assertThat(tier.find(damaged.key())).isEmpty();
    scan.countDown();
    tier.awaitScan();
    assertThat(tier.find(damaged.key())).isEmpty();
    assertThat(tier.blobs()).isEqualTo(1);
    assertThat(tier.used()).as("the file is still there").isEqualTo(2000);
  }

  @Test
  void askingForASizeIsNoAccessAndOpensNothing() throws Exception {
    Tier tier = open(0);
    List<Contents> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(Contents.of(20_000, i));
      put(tier, all.get(i));
    }
    assertThat(tier.sizeOf(all.get(0).key())).hasValue(20_000);
    assertThat(tier.sizeOf(Contents.of(1, 5).key())).isEmpty();
    assertThat(store.finds).hasValue(0);
    put(tier, Contents.of(40_000, 9));
    assertThat(tier.holds(all.get(0).key())).as("the first to go, as before").isFalse();
  }

  @Test
  void theSizeOfABlobIsKnownBeforeTheScanHasComeToIt() throws Exception {
    Contents early = Contents.of(1000, 1);
    memory.putUntrusted(early.key(), early.bytes());
    CountDownLatch scan = new CountDownLatch(1);
    Tier tier =
        Tier.open(
            "disk",
            new SlowScan(store, scan),
            new Bound(CAPACITY, 0),
            new LeastRecentlyUsed<>(),
            Events.NONE,
            clock);
    assertThat(tier.sizeOf(early.key())).hasValue(1000);
    assertThat(tier.sizeOf(Contents.of(1, 2).key())).isEmpty();
    store.findFails = true;
    assertThat(tier.sizeOf(early.key())).as("a store that fails is a miss").isEmpty();
    assertThat(memory.openHandles()).isZero();
    scan.countDown();
    tier.awaitScan();
    assertThat(tier.sizeOf(early.key())).hasValue(1000);
  }

  @Test
  void afterAScanThatFailedNothingIsKeptUntilOneSucceeds() throws Exception {
    Contents unseen = Contents.of(60_000, 1);
    Contents more = Contents.of(50_000, 2);
    memory.putUntrusted(unseen.key(), unseen.bytes());
    store.scanFails = true;
    Tier tier = open(0);
    assertThat(put(tier, more)).as("both together exceed the bound").isFalse();
    tier.tidy();
    assertThat(put(tier, Contents.of(1, 3))).isFalse();
    tier.find(unseen.key()).orElseThrow().close();
    store.scanFails = false;
    tier.tidy();
    assertThat(tier.used()).isEqualTo(60_000);
    assertThat(put(tier, more)).isTrue();
    assertThat(tier.used()).isEqualTo(50_000);
    assertThat(tier.holds(unseen.key())).isFalse();
  }

  @Test
  void manyAtOnceNeverExceedTheBound() throws Exception {
    long seed = System.nanoTime();
    System.out.println("TierTest seed " + seed);
    List<Contents> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.add(Contents.of(500 + 700 * i, i));
    }
    for (Contents each : all.subList(0, 8)) {
      memory.putUntrusted(each.key(), each.bytes());
    }
    Tier tier =
        Tier.open(
            "disk", store, new Bound(CAPACITY, 0), new LeastRecentlyUsed<>(), Events.NONE, clock);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> workers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Random random = new Random(seed + i);
        Callable<Integer> worker =
            () -> {
              int kept = 0;
              for (int step = 0; step < 1500; step++) {
                Contents each = all.get(random.nextInt(all.size()));
                switch (random.nextInt(10)) {
                  case 0 -> damage(tier, each);
                  case 1 -> tier.trim();
                  case 2, 3, 4 -> kept += put(tier, each) ? 1 : 0;
                  case 5 -> store.removeFails = random.nextInt(4) == 0;
                  default -> {
                    try (var blob = tier.find(each.key()).orElse(null)) {
                      if (blob != null) {
                        assertThat(blob.length()).isEqualTo(each.bytes().length);
                      }
                    }
                  }
                }
                assertThat(tier.used()).as("seed %d", seed).isBetween(0L, (long) CAPACITY);
              }
              return kept;
            };
        workers.add(threads.submit(worker));
      }
      int kept = 0;
      for (Future<Integer> worker : workers) {
        kept += worker.get();
      }
      assertThat(kept).as("seed %d", seed).isPositive();
    }
    assertThat(memory.openHandles()).isZero();
    store.removeFails = false;
    for (Contents each : all) {
      put(tier, each);
      damage(tier, each);
    }
    assertThat(tier.used()).as("seed %d: all is accounted for", seed).isZero();
  }

  /** A store whose scan waits for a test. */
  private record SlowScan(BlobStore store, CountDownLatch scan) implements BlobStore {
    @Override
    public Optional<StoredBlob> find(BlobKey key) throws IOException {
      return store.find(key);
    }

    @Override
    public void put(BlobKey key, Path file) throws IOException {
      store.put(key, file);
    }

    @Override
    public void remove(BlobKey key) throws IOException {
      store.remove(key);
    }

    @Override
    public void accessed(BlobKey key, java.time.Instant now) {
      store.accessed(key, now);
    }

    @Override
    public void forEach(Visitor visitor) throws IOException {
      try {
        scan.await();
      } catch (InterruptedException e) {
        throw new InterruptedIOException();
      }
      store.forEach(visitor);
    }

    @Override
    public long usableSpace() throws IOException {
      return store.usableSpace();
    }

    @Override
    public void close() throws IOException {
      store.close();
    }
  }
}
