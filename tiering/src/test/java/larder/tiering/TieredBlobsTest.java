package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import larder.policy.LeastRecentlyUsed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TieredBlobsTest {
  private static final long CAPACITY = 64L * 1024 * 1024;

  @TempDir Path directory;
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final MemoryBlobStore store = new MemoryBlobStore(InstantSource.system());
  private TempSpool spool;
  private Tier tier;
  private TieredBlobs blobs;

  @BeforeEach
  void open() {
    spool = new TempSpool(directory);
    DiskThreads disk = new DiskThreads();
    tier =
        Tier.open(
            "disk",
            store,
            new Bound(CAPACITY, 0),
            new LeastRecentlyUsed<>(),
            events::add,
            InstantSource.system());
    blobs =
        new TieredBlobs(
            tier,
            spool,
            new FileTransfer(disk),
            disk,
            time -> {},
            100,
            new Admission(tier, 100, InstantSource.system()),
            SharedTier.NONE,
            events::add,
            InstantSource.system());
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    blobs.close();
    assertThat(spool.files()).isEmpty();
    tier.close();
  }

  @Test
  void fiftyReadersCostOneRead() throws Exception {
    Contents contents = Contents.of(3_000_000, 1);
    FakeSource source = new FakeSource(contents.bytes());
    allAtOnce(
        50,
        i -> {
          ByteRange range =
              i % 2 == 0
                  ? ByteRange.all(contents.bytes().length)
                  : new ByteRange(1_000_000, 500_000);
          assertThat(read(contents.key(), range, source))
              .isEqualTo(
                  Arrays.copyOfRange(contents.bytes(), (int) range.offset(), (int) range.end()));
          return null;
        });
    assertThat(source.opened()).containsExactly(0L);
    assertThat(source.bytesRead()).isEqualTo(contents.bytes().length);
  }

  @Test
  void tinyBlobsAreReadOnceEach() throws Exception {
    for (int round = 0; round < 300; round++) {
      Contents contents = Contents.of(100, round);
      FakeSource source = new FakeSource(contents.bytes());
      allAtOnce(
          16,
          i -> {
            assertThat(read(contents.key(), ByteRange.all(100), source))
                .isEqualTo(contents.bytes());
            return null;
          });
      assertThat(source.opened()).as("round %d", round).containsExactly(0L);
    }
  }

  @Test
  void aBrokenSourceIsAskedForTheRest() throws Exception {
    Contents contents = Contents.of(3_000_000, 2);
    FakeSource source =
        new FakeSource(
            contents.bytes(),
            (attempt, offset, bytes) ->
                attempt < 3
                    ? FakeSource.breaking(offset, bytes, 500_000)
                    : FakeSource.whole(offset, bytes));
    assertThat(read(contents.key(), ByteRange.all(3_000_000), source)).isEqualTo(contents.bytes());
    assertThat(source.opened()).containsExactly(0L, 500_000L, 1_000_000L, 1_500_000L);
    assertThat(source.bytesRead()).isEqualTo(contents.bytes().length);
  }

  @Test
  void aWrongBodyIsNeverWhole() throws Exception {
    Contents contents = Contents.of(3_000_000, 3);
    byte[] wrong = contents.bytes().clone();
    wrong[5] ^= 1;
    FakeSource source = new FakeSource(wrong);
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    assertThatThrownBy(
            () -> {
              try (Blob blob = blobs.open(contents.key(), 0, List.of(source))) {
                blob.transferTo(ByteRange.all(3_000_000), Channels.newChannel(got));
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining("other bytes");
    assertThat(got.size()).isLessThanOrEqualTo(3_000_000 - Progress.TAIL);
    assertThat(tier.holds(contents.key())).isFalse();
  }

  @Test
  void aSmallWrongBodyIsFetchedFromTheNextSourceUnnoticed() throws Exception {
    Contents contents = Contents.of(30_000, 4);
    byte[] wrong = contents.bytes().clone();
    wrong[5] ^= 1;
    FakeSource bad = new FakeSource(wrong);
    FakeSource good = new FakeSource(contents.bytes());
    assertThat(read(contents.key(), ByteRange.all(30_000), bad, good)).isEqualTo(contents.bytes());
  }

  @Test
  void withoutRoomItStreamsThrough() throws Exception {
    byte[] large = new byte[(int) CAPACITY + 1];
    Contents contents = Contents.of(large);
    FakeSource source = new FakeSource(large);
    assertThat(read(contents.key(), ByteRange.all(large.length), source)).isEqualTo(large);
    assertThat(source.opened()).containsExactly(0L);
    assertThat(tier.used()).isZero();
  }

  private byte[] read(BlobKey key, ByteRange range, Source... sources) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Blob blob = blobs.open(key, range.offset(), List.of(sources))) {
      assertThat(blob.transferTo(range, Channels.newChannel(out))).isEqualTo(range.length());
    }
    return out.toByteArray();
  }

  private interface Job {
    Void run(int i) throws Exception;
  }

  private static void allAtOnce(int threads, Job job) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    List<Future<Void>> futures = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < threads; i++) {
        int number = i;
        Callable<Void> call =
            () -> {
              start.await();
              return job.run(number);
            };
        futures.add(executor.submit(call));
      }
      start.countDown();
      for (Future<Void> future : futures) {
        future.get();
      }
    }
  }
}
