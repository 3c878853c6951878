package larder.bucket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import larder.bucket.ObjectStore.Condition;
import larder.tiering.Digest;
import larder.tiering.FakeClock;
import larder.tiering.Tag;
import larder.tiering.TagRecord;
import larder.tiering.TagStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tags that two larders know by one bucket. */
class SharedTagStoreTest {
  private static final Tag TAG = new Tag("hub.example", "team/app", "latest");
  private static final String KEY = "0123456789abcdef0123456789abcdef";

  private final FakeClock clock = new FakeClock();
  private final FaultyObjectStore objects = new FaultyObjectStore(new MemoryObjectStore(clock));
  private final Layout layout =
      new Layout(
          Map.of(
              "hub.example", URI.create("https://hub.example"),
              "ours.example", URI.create("https://ours.example")),
          Set.of("ours.example"));
  private final TagStore one = larder(KEY);
  private final TagStore other = larder(KEY);

  /** On no disk. */
  private static final class Own implements TagStore {
    private final Map<Tag, TagRecord> records = new ConcurrentHashMap<>();

    @Override
    public Optional<TagRecord> find(Tag tag) {
      return Optional.ofNullable(records.get(tag));
    }

    @Override
    public void put(Tag tag, TagRecord record) {
      records.put(tag, record);
    }

    @Override
    public void remove(Tag tag) {
      records.remove(tag);
    }

    @Override
    public void forEach(String upstream, Consumer<Tag> to) {
      records.keySet().stream().filter(tag -> tag.upstream().equals(upstream)).forEach(to);
    }

    @Override
    public void sweep(String upstream, Instant before) {}
  }

  private TagStore larder(String key) {
    return new SharedTagStore(new Own(), objects, layout, new FleetKey(key));
  }

  private TagRecord record(String manifest) {
    Instant now = clock.instant();
    return new TagRecord(
        Digest.of(Digest.Algorithm.SHA256, manifest.getBytes(UTF_8)),
        "application/vnd.oci.image.manifest.v1+json",
        manifest.length(),
        now,
        now.plusSeconds(60));
  }

  private String place() throws IOException {
    return objects.list("", "").getFirst().key();
  }

  @Test
  void whatOneKnowsTheOtherKnows() throws Exception {
    TagRecord record = record("a");
    assertThat(other.find(TAG)).isEmpty();
    one.put(TAG, record);
    assertThat(other.find(TAG)).contains(record);
    assertThat(place()).matches("tags/hub\\.example~[0-9a-f]{8}/team/app/_/latest");
  }

  @Test
  void thoseOfAPrivateUpstreamAreBelowItsFolder() throws Exception {
    one.put(new Tag("ours.example", "team/app", "latest"), record("a"));
    assertThat(place()).matches("private/ours\\.example~[0-9a-f]{8}/tags/team/app/_/latest");
  }

  @Test
  void whoHasAnotherKeyDoesNotBelieveIt() throws Exception {
    one.put(TAG, record("a"));
    assertThat(larder("another-key-another-key-another-key").find(TAG)).isEmpty();
  }

  @Test
  void aRecordIsOfOneTagOnly() throws Exception {
    one.put(TAG, record("a"));
    byte[] text;
    try (StoredObject object = objects.get(place(), 0).orElseThrow()) {
      text = object.bytes().readAllBytes();
    }
    var _ = objects.put(place().replace("latest", "stable"), Body.of(text), new Condition.Always());
    assertThat(other.find(new Tag("hub.example", "team/app", "stable"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "garbage", "end\n", "hmac-sha256 00\n", "\nhmac-sha256 \n", "\0\uffff"})
  void garbageIsNoRecordAndIsReplaced(String garbage) throws Exception {
    one.put(TAG, record("a"));
    var _ = objects.put(place(), Body.of(garbage.getBytes(UTF_8)), new Condition.Always());
    assertThat(other.find(TAG)).isEmpty();
    TagRecord record = record("b");
    other.put(TAG, record);
    assertThat(larder(KEY).find(TAG)).contains(record);
  }

  @Test
  void anOlderMeaningReplacesNoNewerOne() throws Exception {
    TagRecord old = record("old");
    clock.advance(Duration.ofSeconds(1));
    TagRecord now = record("now");
    one.put(TAG, now);
    other.put(TAG, old);
    assertThat(larder(KEY).find(TAG)).contains(now);
  }

  @Test
  void whileItMeansTheSameItIsWrittenOnceAnHour() throws Exception {
    one.put(TAG, record("a"));
    objects.requests.clear();
    for (int minute = 0; minute < 240; minute++) {
      clock.advance(Duration.ofMinutes(1));
      one.put(TAG, record("a"));
    }
    assertThat(objects.requests.stream().filter(each -> each.startsWith("put"))).hasSize(4);
    one.put(TAG, record("b"));
    assertThat(other.find(TAG)).contains(record("b"));
  }

  @Test
  void whatIsForgottenIsSoForAll() throws Exception {
    one.put(TAG, record("a"));
    other.remove(TAG);
    assertThat(objects.list("", "")).isEmpty();
  }

  @Test
  void thoseOfTheFleetAreListed() throws Exception {
    one.put(TAG, record("a"));
    Tag own = new Tag("hub.example", "team/other", "1");
    other.put(own, record("b"));
    assertThat(listed(other, "hub.example")).containsExactlyInAnyOrder(TAG, own);
    assertThat(listed(other, "ours.example")).isEmpty();
    objects.failure = new SocketTimeoutException("silent");
    Set<Tag> found = new HashSet<>();
    assertThatIOException().isThrownBy(() -> other.forEach("hub.example", found::add));
    assertThat(found).as("its own all the same").containsExactly(own);
  }

  private static Set<Tag> listed(TagStore store, String upstream) throws IOException {
    Set<Tag> found = new HashSet<>();
    store.forEach(upstream, found::add);
    return found;
  }

  @Test
  void aStoreThatFailsKnowsNothing() throws Exception {
    one.put(TAG, record("a"));
    objects.failure = new SocketTimeoutException("silent");
    assertThat(other.find(TAG)).isEmpty();
    assertThat(one.find(TAG)).as("its own").contains(record("a"));
    TagRecord record = record("b");
    one.put(TAG, record);
    assertThat(one.find(TAG)).contains(record);
  }
}
