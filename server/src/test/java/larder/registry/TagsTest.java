package larder.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import larder.registry.Upstreams.Repository;
import larder.tiering.Digest;
import larder.tiering.Events;
import larder.tiering.SourceException;
import larder.tiering.Tag;
import larder.tiering.TagRecord;
import larder.tiering.TagStore;
import larder.upstream.Fault;
import larder.upstream.GeneratedBlob;
import larder.upstream.TestRegistry;
import larder.upstream.Upstream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TagsTest {
  private static final Tag TAG = new Tag("test.example", "a", "1");

  @TempDir Path data;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-02T03:04:05Z"));
  private final InstantSource clock = now::get;
  private final Records records = new Records();
  private final KnownTags known = new KnownTags(records, "disk", Events.NONE, clock);
  private TestRegistry registry;
  private ManifestsTest.Store store;
  private Upstream upstream;

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.start();
    store = ManifestsTest.Store.in(data);
    upstream = ManifestsTest.upstream(registry.url(), clock);
  }

  @AfterEach
  void stop() throws Exception {
    records.writes.countDown();
    upstream.close();
    store.close();
    registry.close();
  }

  private Tags tags(Executor asking) {
    Manifests manifests = ManifestsTest.over(store, Runnable::run);
    return new Tags(known, manifests, asking, clock);
  }

  private Digest resolve(Tags tags) throws IOException {
    return tags.resolve(new Repository(upstream, "a"), "1", true).record().digest();
  }

  @Test
  void aTagThatIsPurgedWhileItIsWrittenDoesNotComeBack() throws Exception {
    registry.putImage("a", "1", List.of());
    Tags tags = tags(task -> Thread.ofVirtual().start(task));
    resolve(tags);
    while (records.begun.get() == 0) {
      Thread.onSpinWait();
    }
    known.purge(TAG);
    assertThat(known.find(TAG)).isEmpty();
    records.writes.countDown();
    records.awaitWrites(2);
    assertThat(records.known).isEmpty();
    assertThat(known.find(TAG)).isEmpty();
  }

  /** Whose first write takes as long as the test wants, and which can break. */
  private static final class Records implements TagStore {
    @Override
    public void forEach(String upstream, Consumer<Tag> to) {
      known.keySet().stream().filter(tag -> tag.upstream().equals(upstream)).forEach(to);
    }

    private final Map<Tag, TagRecord> known = new ConcurrentHashMap<>();
    private final CountDownLatch writes = new CountDownLatch(1);
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger finds = new AtomicInteger();
    private volatile boolean breaks;
    private volatile boolean stuck;

    @Override
    public Optional<TagRecord> find(Tag tag) {
      if (finds.incrementAndGet() > 1 && breaks) {
        throw new StackOverflowError("as the test wants");
      }
      return Optional.ofNullable(known.get(tag));
    }

    @Override
    public void put(Tag tag, TagRecord record) throws IOException {
      write();
      known.put(tag, record);
      done.incrementAndGet();
    }

    @Override
    public void remove(Tag tag) throws IOException {
      write();
      if (stuck) {
        throw new IOException("Read-only file system");
      }
      known.remove(tag);
      done.incrementAndGet();
    }

    private void write() throws IOException {
      if (begun.incrementAndGet() == 1) {
        try {
          writes.await();
        } catch (InterruptedException e) {
          throw new InterruptedIOException();
        }
      }
    }

    @Override
    public void sweep(String upstream, Instant before) {}

    void awaitWrites(int count) {
      while (done.get() < count) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  @Test
  void anErrorIsHeardByWhoWaits() {
    records.breaks = true;
    Tags tags = tags(task -> Thread.ofVirtual().start(task));
    assertThatThrownBy(() -> resolve(tags)).isInstanceOf(StackOverflowError.class);
  }

  @Test
  void aQuestionThatIsNotTakenIsAFailureAndLeavesNothingBehind() throws Exception {
    Digest image = registry.putImage("a", "1", List.of(new GeneratedBlob(1, 10)));
    AtomicInteger refusals = new AtomicInteger(2);
    Tags tags =
        tags(task -> {
          if (refusals.getAndDecrement() > 0) {
            throw new RejectedExecutionException("as the test wants");
          }
          Thread.ofVirtual().start(task);
        });
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> resolve(tags))
          .isInstanceOf(SourceException.Unavailable.class)
          .hasMessageContaining("larder is stopping");
    }
    assertThat(resolve(tags)).isEqualTo(image);
  }

  @Test
  void theStoreEndsWithWhatATagLastMeant() throws Exception {
    Tags tags = tags(task -> Thread.ofVirtual().start(task));
    registry.putImage("a", "1", List.of(new GeneratedBlob(1, 10)));
    resolve(tags);
    Digest moved = registry.putImage("a", "1", List.of(new GeneratedBlob(2, 10)));
    now.updateAndGet(then -> then.plus(Duration.ofMinutes(2)));
    assertThat(resolve(tags)).as("nobody waits for the disk").isEqualTo(moved);
    records.writes.countDown();
    records.awaitWrites(2);
    assertThat(records.known)
        .hasEntrySatisfying(TAG, record -> assertThat(record.digest()).isEqualTo(moved));
  }

  @Test
  void aTagThatTheStoreDoesNotForgetDoesNotComeBackEither() throws Exception {
    records.writes.countDown();
    Tags tags = tags(Runnable::run);
    registry.putImage("a", "1", List.of(new GeneratedBlob(1, 10)));
    resolve(tags);
    records.stuck = true;
    registry.script().once(r -> true, new Fault.Status(403, "", ""));
    now.updateAndGet(then -> then.plus(Duration.ofMinutes(2)));
    assertThatThrownBy(() -> resolve(tags)).isInstanceOf(SourceException.Denied.class);
    assertThat(records.known).as("what is left").isNotEmpty();
    assertThat(known.find(TAG)).isEmpty();
    Digest again = resolve(tags);
    assertThat(known.find(TAG)).map(TagRecord::digest).contains(again);
  }

  @Test
  void aTagThatIsGoneDoesNotComeBack() throws Exception {
    Tags tags = tags(task -> Thread.ofVirtual().start(task));
    registry.putImage("a", "1", List.of(new GeneratedBlob(1, 10)));
    resolve(tags);
    registry.script().always(r -> true, new Fault.Status(404, "", ""));
    now.updateAndGet(then -> then.plus(Duration.ofMinutes(2)));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> resolve(tags)).isInstanceOf(SourceException.Unknown.class);
    }
    records.writes.countDown();
    records.awaitWrites(2);
    assertThat(records.known).isEmpty();
  }
}
