package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import larder.policy.LeastRecentlyUsed;

/** Tiered blobs over a store in memory, with a clock and faults that a test controls. */
final class Pantry implements AutoCloseable {
  final List<Event> events = new CopyOnWriteArrayList<>();

  final SharedShelf shared = new SharedShelf();

  final FakeClock clock = new FakeClock();
  final MemoryBlobStore memory = new MemoryBlobStore(clock);
  final FaultyBlobStore store = new FaultyBlobStore(memory);
  final DiskThreads disk = new DiskThreads();
  final TempSpool files;
  final Tier tier;
  final TieredBlobs blobs;
  private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();

  volatile Spool spool;

  private Pantry(Path directory, Bound bound, int drafts) throws IOException {
    files = new TempSpool(directory);
    spool = files;
    List<Events> receivers = new CopyOnWriteArrayList<>(List.of(events::add));
    tier =
        Tier.open(
            "disk",
            store,
            bound,
            new LeastRecentlyUsed<>(),
            event -> receivers.forEach(each -> each.on(event)),
            clock);
    Admission admission = new Admission(tier, 1000, clock);
    receivers.add(admission);
    tier.awaitScan();
    blobs =
        new TieredBlobs(
            tier,
            () -> spool.create(),
            new FileTransfer(disk),
            disk,
            time -> {},
            drafts,
            admission,
            shared,
            events::add,
            clock);
  }

  static Pantry of(Path directory, long capacity) throws IOException {
    return of(directory, capacity, 1000);
  }

  /**
   * @param drafts how many fills may have a spool file at once
   */
  static Pantry of(Path directory, long capacity, int drafts) throws IOException {
    return new Pantry(directory, new Bound(capacity, 0), drafts);
  }

  /** Makes writes to new spool files ask a watch first. */
  void watch(WatchedChannel.Watch watch) {
    spool =
        () -> {
          Spool.File file = files.create();
          return new Spool.File(file.path(), new WatchedChannel(file.channel(), watch));
        };
  }

  /** Reads all of a blob, or what comes of it. */
  byte[] read(BlobKey key, Source... sources) throws IOException {
    var out = new ByteArrayOutputStream();
    try (Blob blob = blobs.open(key, 0, List.of(sources))) {
      blob.transferTo(all(blob), Channels.newChannel(out));
    }
    return out.toByteArray();
  }

  byte[] read(BlobKey key, ByteRange range, Source... sources) throws IOException {
    var out = new ByteArrayOutputStream();
    try (Blob blob = blobs.open(key, range.offset(), List.of(sources))) {
      assertThat(blob.transferTo(range, Channels.newChannel(out))).isEqualTo(range.length());
    }
    return out.toByteArray();
  }

  static ByteRange all(Blob blob) {
    return ByteRange.all(blob.size().orElse(Long.MAX_VALUE));
  }

  /** Starts it on a thread of its own. */
  <T> Future<T> start(Callable<T> job) {
    return readers.submit(job);
  }

  <T> List<Future<T>> start(int times, Callable<T> job) {
    List<Future<T>> started = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      started.add(start(job));
    }
    return started;
  }

  List<Event.Outcome> outcomes() {
    return events.stream()
        .filter(Event.Filled.class::isInstance)
        .map(event -> ((Event.Filled) event).outcome())
        .toList();
  }

  /** Ends all, and checks that nothing is left behind. */
  @Override
  public void close() throws IOException {
    readers.shutdownNow();
    readers.close();
    blobs.close();
    assertThat(blobs.fills()).as("fills left").isZero();
    assertThat(files.files()).as("spool files left").isEmpty();
    assertThat(memory.openHandles()).as("handles left").isZero();
    long[] held = {0};
    memory.forEach((key, size, time) -> held[0] += size);
    assertThat(tier.used()).as("charged bytes").isEqualTo(held[0]);
    tier.close();
  }
}
