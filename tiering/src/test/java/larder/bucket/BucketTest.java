package larder.bucket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import larder.bucket.ObjectStore.Condition;
import larder.tiering.BlobKey;
import larder.tiering.Digest;
import larder.tiering.Event;
import larder.tiering.FakeClock;
import larder.tiering.Source;
import larder.tiering.SourceException;
import larder.tiering.Space;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs in a store that works, that fails, and that has wrong ones. */
class BucketTest {
  private static final byte[] BYTES = "hello, larder".getBytes(UTF_8);
  private static final Digest DIGEST = Digest.of(Digest.Algorithm.SHA256, BYTES);
  private static final BlobKey KEY = BlobKey.of(DIGEST);
  private static final BlobKey OURS = new BlobKey(new Space.Private("ours.example"), DIGEST);
  private static final String PLACE =
      "blobs/sha256/" + DIGEST.hex().substring(0, 2) + "/" + DIGEST.hex();

  private final FakeClock clock = new FakeClock();
  private final MemoryObjectStore objects = new MemoryObjectStore(clock);
  private final FaultyObjectStore store = new FaultyObjectStore(objects);
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final BreakerStore breaker = new BreakerStore(store, events::add, clock);
  private final Condemned condemned = new Condemned(breaker, new Random(1));
  private final Bucket bucket =
      new Bucket(
          breaker,
          condemned,
          new Layout(
              Map.of("ours.example", URI.create("https://ours.example")), Set.of("ours.example")),
          events::add,
          clock);

  private static byte[] read(Source source) throws IOException {
    try (Source.Answer answer = source.open(0)) {
      assertThat(answer.size()).hasValue(BYTES.length);
      return answer.bytes().readAllBytes();
    }
  }

  private Source copy() {
    return bucket.copies(KEY).getFirst();
  }

  @Test
  void blobsHaveTheirPlaces() throws Exception {
    bucket.write(KEY, Body.of(BYTES));
    bucket.write(OURS, Body.of(BYTES));
    assertThat(store.list("", "")).extracting(ObjectStore.Listed::key).first().isEqualTo(PLACE);
    assertThat(store.list("private/ours.example~", "").getFirst().key())
        .matches("private/ours\\.example~[0-9a-f]{8}/" + PLACE);
    assertThat(read(copy())).isEqualTo(BYTES);
  }

  @Test
  void aPartIsReadFromWhereItIsAsked() throws Exception {
    bucket.write(KEY, Body.of(BYTES));
    try (Source.Answer answer = copy().open(7)) {
      assertThat(answer.offset()).isEqualTo(7);
      assertThat(answer.size()).hasValue(BYTES.length);
      assertThat(new String(answer.bytes().readAllBytes(), UTF_8)).isEqualTo("larder");
    }
  }

  @Test
  void whatIsPublicServesAPrivateKeyAndNeverTheReverse() throws Exception {
    bucket.write(KEY, Body.of(BYTES));
    List<Source> copies = bucket.copies(OURS);
    assertThatThrownBy(() -> read(copies.getFirst())).isInstanceOf(SourceException.Unknown.class);
    assertThat(read(copies.getLast())).isEqualTo(BYTES);
    bucket.remove(KEY);
    bucket.write(OURS, Body.of(BYTES));
    assertThat(bucket.copies(KEY)).hasSize(1);
    assertThatThrownBy(() -> read(copy())).isInstanceOf(SourceException.Unknown.class);
  }

  @Test
  void whatIsThereIsNotWrittenAgain() throws Exception {
    bucket.write(KEY, Body.of(BYTES));
    String etag = store.list("", "").getFirst().etag();
    bucket.write(KEY, Body.of(BYTES));
    assertThat(store.list("", "").getFirst().etag()).isEqualTo(etag);
  }

  @Test
  void whatWasWrongIsLookedAtAgainLater() throws Exception {
    putWrong();
    Source copy = copy();
    read(copy);
    copy.wasWrong();
    store.requests.clear();
    assertThatThrownBy(() -> read(copy())).isInstanceOf(SourceException.Unknown.class);
    assertThat(store.requests).isEmpty();
    clock.advance(Duration.ofMinutes(10));
    assertThatThrownBy(() -> read(copy())).as("the same").isInstanceOf(SourceException.class);
    assertThatThrownBy(() -> read(copy())).isInstanceOf(SourceException.Unknown.class);
    assertThat(store.requests).hasSize(1);
    var _ = objects.put(PLACE, Body.of(BYTES), new Condition.Always());
    clock.advance(Duration.ofMinutes(10));
    assertThat(read(copy())).isEqualTo(BYTES);
  }

  @Test
  void whateverAStoresLibraryThrowsIsTroubleOfTheStore() {
    store.bug = new NullPointerException("no ETag");
    assertThatThrownBy(() -> read(copy()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no ETag");
  }

  @Test
  void writesThatFailKeepNobodyFromReading() throws Exception {
    bucket.write(KEY, Body.of(BYTES));
    store.failure = new SocketTimeoutException("silent");
    assertThatThrownBy(() -> bucket.write(OURS, Body.of(BYTES))).isInstanceOf(IOException.class);
    assertThat(bucket.leftAlone()).isTrue();
    store.failure = null;
    assertThat(read(copy())).isEqualTo(BYTES);
    clock.advance(Duration.ofSeconds(1));
    breaker.tidy();
    assertThat(bucket.leftAlone()).isFalse();
  }

  private void putWrong() throws IOException {
    var _ = objects.put(PLACE, Body.of(new byte[BYTES.length]), new Condition.Always());
  }

  @Test
  void aWrongOneIsReadNoMoreAndReplaced() throws Exception {
    putWrong();
    Source copy = copy();
    read(copy);
    copy.wasWrong();
    assertThat(events).hasOnlyElementsOfType(Event.Damaged.class).hasSize(1);
    assertThatThrownBy(() -> read(copy())).isInstanceOf(SourceException.Unknown.class);
    bucket.write(KEY, Body.of(BYTES));
    assertThat(read(copy())).isEqualTo(BYTES);
  }

  @Test
  void oneThatAnotherLarderHasReplacedStays() throws Exception {
    putWrong();
    Source copy = copy();
    read(copy);
    copy.wasWrong();
    var _ = objects.put(PLACE, Body.of(BYTES), new Condition.Always());
    String etag = store.list("", "").getFirst().etag();
    bucket.write(KEY, Body.of(BYTES));
    assertThat(store.list("", "").getFirst().etag()).isEqualTo(etag);
    assertThat(read(copy())).isEqualTo(BYTES);
  }

  @Test
  void aWrongOneGoesEvenIfNobodyReplacesIt() throws Exception {
    putWrong();
    Source copy = copy();
    read(copy);
    copy.wasWrong();
    bucket.tidy();
    assertThat(condemned.sweep(Duration.ofDays(1), Hold.ALWAYS)).isZero();
    clock.advance(Duration.ofDays(1));
    assertThat(condemned.sweep(Duration.ofDays(1), Hold.ALWAYS)).isEqualTo(1);
    assertThat(store.list("", "")).isEmpty();
  }

  @Test
  void oneThatWasReplacedDoesNotGo() throws Exception {
    putWrong();
    Source copy = copy();
    read(copy);
    copy.wasWrong();
    bucket.tidy();
    bucket.write(KEY, Body.of(BYTES));
    clock.advance(Duration.ofDays(1));
    assertThat(condemned.sweep(Duration.ofDays(1), Hold.ALWAYS)).isZero();
    assertThat(read(copy())).isEqualTo(BYTES);
  }

  private void assertLeftAlone(Source before) {
    store.requests.clear();
    assertThat(bucket.copies(KEY)).isEmpty();
    assertThatThrownBy(() -> read(before)).isInstanceOf(SourceException.Unavailable.class);
    assertThat(store.requests).isEmpty();
  }

  private void failOnce(IOException failure) {
    store.failure = failure;
    assertThatThrownBy(() -> read(copy())).isSameAs(failure);
  }

  @Test
  void afterATimeOutNobodyWaitsUntilATrialWorks() throws Exception {
    bucket.write(KEY, Body.of(BYTES));
    Source before = copy();
    failOnce(new SocketTimeoutException("silent"));
    assertLeftAlone(before);
    breaker.tidy();
    assertThat(store.requests).as("before a second is over").isEmpty();
    clock.advance(Duration.ofSeconds(1));
    breaker.tidy();
    assertThat(store.requests).hasSize(1);
    assertLeftAlone(before);
    clock.advance(Duration.ofSeconds(1));
    breaker.tidy();
    assertThat(store.requests).as("twice as long after a second failure").isEmpty();
    clock.advance(Duration.ofSeconds(1));
    store.failure = null;
    breaker.tidy();
    assertThat(store.requests).hasSize(1);
    assertThat(read(copy())).isEqualTo(BYTES);
  }

  @Test
  void aStoreThatIsLongDownIsTriedEveryHalfMinute() {
    failOnce(new ConnectException("refused"));
    for (int i = 0; i < 10; i++) {
      clock.advance(Duration.ofSeconds(30));
      store.requests.clear();
      breaker.tidy();
      assertThat(store.requests).as("trial %d", i).hasSize(1);
    }
  }

  @Test
  void ofFailuresThatCostNoTimeFiveInARowAreTooMany() throws Exception {
    bucket.write(KEY, Body.of(BYTES));
    for (int i = 0; i < 4; i++) {
      failOnce(new IOException("503 SlowDown"));
    }
    store.failure = null;
    assertThat(read(copy())).as("which ends the row").isEqualTo(BYTES);
    Source before = copy();
    for (int i = 0; i < 5; i++) {
      failOnce(new IOException("503 SlowDown"));
    }
    assertLeftAlone(before);
  }

  @Test
  void thatAReaderWasInterruptedSaysNothingOfTheStore() throws Exception {
    bucket.write(KEY, Body.of(BYTES));
    for (int i = 0; i < 10; i++) {
      failOnce(new InterruptedIOException("interrupted"));
    }
    store.failure = null;
    assertThat(read(copy())).isEqualTo(BYTES);
  }

  @Test
  void failuresAreTold() {
    failOnce(new ConnectException("refused"));
    assertThat(events).singleElement().isInstanceOf(Event.TierFailed.class);
    Event.TierFailed failed = (Event.TierFailed) events.getFirst();
    assertThat(failed.tier()).isEqualTo("bucket");
    assertThat(failed.operation()).isEqualTo("read");
    assertThat(failed.key()).isEqualTo(PLACE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1500})
  void allOfAPrivateUpstreamGoes(int blobs) throws Exception {
    bucket.write(KEY, Body.of(BYTES));
    for (int i = 0; i < blobs; i++) {
      byte[] bytes = ("blob " + i).getBytes(UTF_8);
      bucket.write(
          new BlobKey(OURS.space(), Digest.of(Digest.Algorithm.SHA256, bytes)), Body.of(bytes));
    }
    bucket.removeAll(new Space.Private("ours.example"));
    assertThat(store.list("", "")).hasSize(1);
    assertThat(read(copy())).isEqualTo(BYTES);
  }
}
