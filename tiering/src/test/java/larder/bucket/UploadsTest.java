package larder.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import larder.policy.LeastRecentlyUsed;
import larder.tiering.BlobKey;
import larder.tiering.Bound;
import larder.tiering.Contents;
import larder.tiering.Events;
import larder.tiering.FakeClock;
import larder.tiering.MemoryBlobStore;
import larder.tiering.Reservation;
import larder.tiering.Tier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is put into the bucket behind what clients wait for. */
class UploadsTest {
  private static final int SIZE = 1000;

  @TempDir private Path folder;
  private final FakeClock clock = new FakeClock();
  private final MemoryBlobStore blobs = new MemoryBlobStore(clock);
  private final FaultyObjectStore store = new FaultyObjectStore(new MemoryObjectStore(clock));
  private final Bucket bucket =
      new Bucket(
          new BreakerStore(store, Events.NONE, clock),
          new Condemned(store, new Random(1)),
          new Layout(Map.of(), Set.of()),
          Events.NONE,
          clock);
  private Tier tier;
  private Uploads uploads;

  @BeforeEach
  void open() throws IOException {
    tier =
        Tier.open(
            "disk", blobs, new Bound(10L * SIZE, 0), new LeastRecentlyUsed<>(), Events.NONE, clock);
    tier.awaitScan();
    uploads = new Uploads(tier, bucket, 5, 2);
  }

  @AfterEach
  void close() throws IOException {
    store.gate.countDown();
    uploads.close();
    tier.close();
    assertThat(blobs.openHandles()).isZero();
  }

  private Contents resident(long seed) throws IOException {
    Contents contents = Contents.of(SIZE, seed);
    Path file = Files.write(folder.resolve("file"), contents.bytes());
    try (Reservation room = tier.reserve(SIZE).orElseThrow()) {
      assertThat(tier.admit(contents.key(), file, SIZE, room)).isTrue();
    }
    return contents;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("nothing became of it").isLessThan(end);
      Thread.sleep(1);
    }
  }

  private byte[] stored(BlobKey key) throws IOException {
    try (StoredObject object = bucket.read(key, 0).orElseThrow()) {
      return object.bytes().readAllBytes();
    }
  }

  private boolean isStored(BlobKey key) {
    try (StoredObject object = bucket.read(key, 0).orElse(null)) {
      return object != null;
    } catch (IOException e) {
      return false;
    }
  }

  /** Has uploads wait in the store. */
  private void hold() {
    store.gate = new CountDownLatch(1);
  }

  private long puts() {
    return store.requests.stream().filter(each -> each.startsWith("put")).count();
  }

  @Test
  void whatIsOfferedIsPutThere() throws Exception {
    Contents contents = resident(1);
    uploads.offer(contents.key());
    await(() -> isStored(contents.key()));
    assertThat(stored(contents.key())).isEqualTo(contents.bytes());
    assertThat(puts()).isEqualTo(1);
  }

  @Test
  void thatIsNoAccess() throws Exception {
    Contents contents = resident(1);
    Instant put = clock.instant();
    clock.advance(Duration.ofHours(1));
    uploads.offer(contents.key());
    await(() -> isStored(contents.key()));
    blobs.forEach((_, _, last) -> assertThat(last).isEqualTo(put));
  }

  @Test
  void oneThatWaitsOrIsUnderWayIsPutOnce() throws Exception {
    hold();
    Contents first = resident(1);
    Contents second = resident(2);
    Contents third = resident(3);
    for (int i = 0; i < 100; i++) {
      uploads.offer(first.key());
      uploads.offer(second.key());
      uploads.offer(third.key());
    }
    await(() -> puts() == 2);
    assertThat(uploads.waiting()).isEqualTo(1);
    store.gate.countDown();
    await(() -> isStored(third.key()) && isStored(first.key()) && isStored(second.key()));
    assertThat(puts()).isEqualTo(3);
  }

  @Test
  void whatIsTooMuchIsNotPut() throws Exception {
    hold();
    for (int i = 0; i < 10; i++) {
      uploads.offer(resident(i).key());
      int now = i;
      await(() -> now >= 2 || puts() == now + 1);
    }
    assertThat(uploads.waiting()).isEqualTo(5);
    assertThat(uploads.shed()).isEqualTo(3);
    store.gate.countDown();
    await(() -> uploads.waiting() == 0);
  }

  @Test
  void whatWaitsMayBeEvictedAndWhatIsUnderWayNot() throws Exception {
    hold();
    Contents first = resident(1);
    Contents second = resident(2);
    Contents waits = resident(3);
    uploads.offer(first.key());
    uploads.offer(second.key());
    uploads.offer(waits.key());
    await(() -> puts() == 2);
    for (int i = 10; i < 20; i++) {
      var _ = resident(i);
    }
    assertThat(tier.holds(first.key())).isTrue();
    assertThat(tier.holds(second.key())).isTrue();
    assertThat(tier.holds(waits.key())).isFalse();
    store.gate.countDown();
    await(() -> isStored(first.key()) && isStored(second.key()));
    assertThat(puts()).isEqualTo(2);
  }

  @Test
  void whoForgetsWaitsForWhatIsUnderWay() throws Exception {
    hold();
    Contents first = resident(1);
    Contents second = resident(2);
    Contents waits = resident(3);
    uploads.offer(first.key());
    uploads.offer(second.key());
    uploads.offer(waits.key());
    await(() -> puts() == 2);
    FutureTask<Boolean> forgetting =
        new FutureTask<>(() -> {
          uploads.forget(key -> !key.equals(second.key()));
          return isStored(first.key());
        });
    Thread.ofVirtual().start(forgetting);
    await(() -> uploads.waiting() == 0);
    assertThat(forgetting.isDone()).isFalse();
    store.gate.countDown();
    assertThat(forgetting.get()).as("it was there when no more could come").isTrue();
    assertThat(puts()).isEqualTo(2);
  }

  @Test
  void whatNobodyHasHashedIsNotPut() throws Exception {
    Contents contents = resident(1);
    blobs.putUntrusted(contents.key(), new byte[SIZE]);
    uploads.offer(contents.key());
    Contents next = resident(2);
    uploads.offer(next.key());
    await(() -> isStored(next.key()));
    assertThat(isStored(contents.key())).isFalse();
  }

  @Test
  void nothingWaitsForABucketThatIsDown() throws Exception {
    store.failure = new ConnectException("refused");
    uploads.offer(resident(1).key());
    await(() -> uploads.shed() == 1);
    assertThat(bucket.leftAlone()).isTrue();
    uploads.offer(resident(2).key());
    assertThat(uploads.shed()).isEqualTo(2);
    assertThat(uploads.waiting()).isZero();
  }
}
