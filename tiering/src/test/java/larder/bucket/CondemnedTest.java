package larder.bucket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.ObjectStore.Listed;
import larder.tiering.FakeClock;
import org.junit.jupiter.api.Test;

/** Objects that are to go. */
class CondemnedTest {
  private static final Duration GRACE = Duration.ofDays(1);

  private final FakeClock clock = new FakeClock();
  private final FaultyObjectStore store = new FaultyObjectStore(new MemoryObjectStore(clock));
  private final Condemned condemned = new Condemned(store, new Random(1));

  private void put(String key) throws IOException {
    var _ = store.put(key, Body.of(key.getBytes(UTF_8)), new Condition.Always());
  }

  private void condemnAll(String prefix) throws IOException {
    condemned.add(store.list(prefix, ""));
  }

  private List<String> keys() throws IOException {
    return store.list("", "").stream().map(Listed::key).toList();
  }

  private int sweep() throws IOException {
    return condemned.sweep(GRACE, Hold.ALWAYS);
  }

  @Test
  void theyGoWhenTheMarkHasStoodForLongEnough() throws Exception {
    put("blobs/a");
    put("blobs/b");
    put("manifests/a");
    condemnAll("blobs/");
    clock.advance(GRACE.minusSeconds(1));
    assertThat(sweep()).isZero();
    assertThat(keys()).hasSize(4);
    clock.advance(Duration.ofSeconds(1));
    assertThat(sweep()).isEqualTo(2);
    assertThat(keys()).as("also without the mark").containsExactly("manifests/a");
  }

  @Test
  void oneThatWasWrittenAgainStays() throws Exception {
    put("blobs/a");
    put("blobs/b");
    condemnAll("blobs/");
    clock.advance(GRACE);
    put("blobs/a");
    assertThat(sweep()).isEqualTo(1);
    assertThat(keys()).containsExactly("blobs/a");
  }

  @Test
  void evenIfAStoreTellsTheSameOfTheSameBytes() throws Exception {
    put("blobs/a");
    Listed before = store.look("blobs/a").orElseThrow();
    clock.advance(GRACE);
    put("blobs/a");
    String same = store.look("blobs/a").orElseThrow().etag();
    condemned.add(List.of(new Listed("blobs/a", 7, same, before.modified(), before.answered())));
    clock.advance(GRACE);
    assertThat(sweep()).isZero();
    assertThat(keys()).containsExactly("blobs/a");
  }

  @Test
  void whatIsNoContentIsNotRemoved() throws Exception {
    put("leases/janitor");
    put("uploads/a");
    put("ledger/a");
    condemnAll("");
    clock.advance(GRACE);
    assertThat(sweep()).isZero();
    assertThat(keys()).containsExactly("leases/janitor", "ledger/a", "uploads/a");
  }

  @Test
  void aRecordThatIsNoneGoesAndHarmsNothing() throws Exception {
    put("blobs/a");
    put("condemned/garbage");
    clock.advance(GRACE);
    assertThat(sweep()).isZero();
    assertThat(keys()).containsExactly("blobs/a");
  }

  @Test
  void whatFailedGoesTheNextTime() throws Exception {
    put("blobs/a");
    condemnAll("blobs/");
    clock.advance(GRACE);
    store.failure = new IOException("503 SlowDown");
    assertThatIOException().isThrownBy(this::sweep).withMessageContaining("SlowDown");
    store.failure = null;
    assertThat(sweep()).isEqualTo(1);
    assertThat(keys()).isEmpty();
  }

  @Test
  void whoMayNotGoOnRemovesNoMoreAndKeepsTheMark() throws Exception {
    for (int i = 0; i < 100; i++) {
      put("blobs/" + i);
    }
    condemnAll("blobs/");
    clock.advance(GRACE);
    AtomicInteger asked = new AtomicInteger();
    assertThat(
            condemned.sweep(GRACE, () -> Duration.ofSeconds(asked.incrementAndGet() <= 11 ? 1 : 0)))
        .isEqualTo(10);
    assertThat(keys()).hasSize(91);
    assertThat(sweep()).as("another").isEqualTo(90);
    assertThat(keys()).isEmpty();
  }

  @Test
  void oneWhoseRemovalComesTooLateStaysMarked() throws Exception {
    put("blobs/a");
    condemnAll("blobs/");
    clock.advance(GRACE);
    Condemned slow =
        new Condemned(
            new FaultyObjectStore(store) {
              @Override
              public boolean remove(Listed object, Duration within) throws IOException {
                clock.advance(within);
                return super.remove(object, within);
              }
            },
            new Random(1));
    assertThat(slow.sweep(GRACE, Hold.ALWAYS)).isZero();
    assertThat(keys()).hasSize(2);
    assertThat(sweep()).isEqualTo(1);
    assertThat(keys()).isEmpty();
  }

  @Test
  void tenThousandTakeTwoRequestsEachAndFewLists() throws Exception {
    List<Listed> all = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      put("blobs/" + i);
    }
    for (List<Listed> page = store.list("blobs/", "");
        !page.isEmpty();
        page = store.list("blobs/", page.getLast().key())) {
      all.addAll(page);
    }
    condemned.add(all);
    clock.advance(GRACE);
    store.requests.clear();
    assertThat(sweep()).isEqualTo(10_000);
    assertThat(keys()).isEmpty();
    assertThat(count("list")).isLessThanOrEqualTo(3);
    assertThat(count("look")).isEqualTo(10_000);
    assertThat(count("get")).isEqualTo(10);
    assertThat(count("remove")).isEqualTo(10_010);
  }

  private long count(String kind) {
    return store.requests.stream().filter(each -> each.startsWith(kind + " ")).count();
  }
}
