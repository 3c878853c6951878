package larder.bucket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.ObjectStore.Listed;
import larder.bucket.ObjectStore.Written;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of objects does, whatever it is made of. A store's test extends this. */
public abstract class ObjectStoreContract {
  private static final Condition ALWAYS = new Condition.Always();
  private static final Condition ABSENT = new Condition.Absent();

  private ObjectStore store;

  /** With nothing in it. */
  protected abstract ObjectStore openStore() throws Exception;

  /** The conditions that the store is known to keep; all tests need those of writes. */
  protected Conditions conditions() throws Exception {
    return Conditions.ALL;
  }

  /** Whether of many who change an object at once one does; needed where leases are. */
  protected boolean changesOneByOne() throws Exception {
    return true;
  }

  @BeforeEach
  final void open() throws Exception {
    store = openStore();
  }

  @AfterEach
  final void close() throws IOException {
    store.close();
    store.close();
  }

  protected static byte[] bytes(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  protected final String put(String key, byte[] bytes) throws IOException {
    return etag(store.put(key, Body.of(bytes), ALWAYS));
  }

  private static String etag(Written written) {
    assertThat(written).isInstanceOf(Written.Stored.class);
    return ((Written.Stored) written).etag();
  }

  protected final byte[] found(String key, long from) throws IOException {
    try (StoredObject object = store.get(key, from).orElseThrow()) {
      return object.bytes().readAllBytes();
    }
  }

  private List<Listed> all(String prefix) throws IOException {
    List<Listed> all = new ArrayList<>();
    for (List<Listed> page = store.list(prefix, "");
        !page.isEmpty();
        page = store.list(prefix, page.getLast().key())) {
      assertThat(page).hasSizeLessThanOrEqualTo(1000);
      all.addAll(page);
    }
    return all;
  }

  @Test
  void whatIsNotThereIsAbsent() throws Exception {
    assertThat(store.get("a/b", 0)).isEmpty();
    assertThat(store.get("a/b", 7)).isEmpty();
    assertThat(store.look("a/b")).isEmpty();
    assertThat(store.list("", "")).isEmpty();
    store.remove("a/b");
  }

  @Test
  void whatWasPutIsFound() throws Exception {
    byte[] bytes = bytes(100_000, 1);
    String etag = put("a/b", bytes);
    try (StoredObject object = store.get("a/b", 0).orElseThrow()) {
      assertThat(object.size()).isEqualTo(100_000);
      assertThat(object.etag()).isEqualTo(etag);
      assertThat(object.age()).isBetween(Duration.ofSeconds(-1), Duration.ofMinutes(1));
      assertThat(object.bytes().readAllBytes()).isEqualTo(bytes);
    }
    assertThat(store.get("a", 0)).as("what it is in").isEmpty();
    assertThat(store.get("a/b/c", 0)).as("what would be in it").isEmpty();
  }

  @Test
  void sizesAroundTheBuffersComeBackWhole() throws Exception {
    for (int size : new int[] {0, 1, 4096, 256 * 1024 - 1, 256 * 1024 + 1, 5 << 20, 17_000_001}) {
      byte[] bytes = bytes(size, size);
      put("sizes/" + size, bytes);
      assertThat(Arrays.equals(found("sizes/" + size, 0), bytes)).as("%d bytes", size).isTrue();
    }
  }

  @Test
  void theRestCanBeReadFromAnywhere() throws Exception {
    byte[] bytes = bytes(20_000_000, 2);
    put("a", bytes);
    for (int from : new int[] {1, 65_536, 9_999_999, 19_999_999}) {
      try (StoredObject object = store.get("a", from).orElseThrow()) {
        assertThat(object.size()).isEqualTo(bytes.length);
        byte[] rest = Arrays.copyOfRange(bytes, from, bytes.length);
        assertThat(Arrays.equals(object.bytes().readAllBytes(), rest)).as("from %d", from).isTrue();
      }
    }
  }

  @Test
  void beyondTheEndIsTrouble() throws Exception {
    put("a", bytes(10, 3));
    assertThatIOException().isThrownBy(() -> found("a", 10)).withMessageContaining("a");
    assertThatIOException().isThrownBy(() -> found("a", 11));
  }

  @Test
  void readingMayEndEarly() throws Exception {
    put("a", bytes(30_000_000, 4));
    for (int i = 0; i < 60; i++) {
      try (StoredObject object = store.get("a", 0).orElseThrow()) {
        assertThat(object.bytes().read()).isNotNegative();
      }
    }
  }

  @Test
  void puttingReplaces() throws Exception {
    String first = put("a", bytes(10, 5));
    String second = put("a", bytes(20, 6));
    assertThat(second).isNotEqualTo(first);
    assertThat(found("a", 0)).isEqualTo(bytes(20, 6));
    assertThat(all("")).hasSize(1);
  }

  @Test
  void whatWasRemovedIsGone() throws Exception {
    put("a", bytes(10, 7));
    store.remove("a");
    assertThat(store.get("a", 0)).isEmpty();
    assertThat(store.list("", "")).isEmpty();
  }

  @Test
  void aReaderGetsOneOrTheOtherOrBreaks() throws Exception {
    byte[] old = bytes(20_000_000, 8);
    put("a", old);
    try (StoredObject object = store.get("a", 0).orElseThrow()) {
      byte[] begun = object.bytes().readNBytes(10);
      put("a", bytes(20_000_000, 9));
      byte[] all;
      try {
        byte[] rest = object.bytes().readAllBytes();
        all = Arrays.copyOf(begun, begun.length + rest.length);
        System.arraycopy(rest, 0, all, begun.length, rest.length);
      } catch (IOException e) {
        return;
      }
      assertThat(Arrays.equals(all, old)).isTrue();
    }
  }

  @Test
  void theConditionsAreThoseThatItIsKnownFor() throws Exception {
    assertThat(Conditions.of(store, new Random(1))).isEqualTo(conditions());
    assertThat(store.list("", "")).as("what the tries left").isEmpty();
  }

  @Test
  void ofManyWhoMakeAnObjectOneDoes() throws Exception {
    for (int round = 0; round < 10; round++) {
      String key = "race/" + round;
      List<Written> written = race(name -> store.put(key, Body.of(name), ABSENT));
      assertThat(written).filteredOn(each -> each instanceof Written.Stored).hasSize(1);
    }
  }

  @Test
  void ofManyWhoChangeAnObjectOneDoes() throws Exception {
    Assumptions.assumeTrue(changesOneByOne(), "this store lets several of them do it");
    String etag = put("a", bytes(10, 10));
    for (int round = 0; round < 10; round++) {
      Condition unchanged = new Condition.Unchanged(etag);
      int now = round;
      List<Written> written =
          race(name ->
              store.put("a", Body.of((now + new String(name, UTF_8)).getBytes(UTF_8)), unchanged));
      List<Written> stored =
          written.stream().filter(each -> each instanceof Written.Stored).toList();
      assertThat(stored).hasSize(1);
      etag = etag(stored.getFirst());
    }
  }

  /** A write of one of many, by its name. */
  private interface Write {
    Written by(byte[] name) throws IOException;
  }

  private static List<Written> race(Write write) throws Exception {
    List<Written> written = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Written>> writers = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        byte[] name = ("writer " + i).getBytes(UTF_8);
        Callable<Written> one = () -> write.by(name);
        writers.add(threads.submit(one));
      }
      for (Future<Written> each : writers) {
        written.add(each.get());
      }
    }
    return written;
  }

  @Test
  void listingsAreInOrderAndPaged() throws Exception {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 1050; i++) {
      keys.add("many/%04d".formatted(i));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      List<Future<String>> puts = new ArrayList<>();
      for (String key : keys) {
        Callable<String> one = () -> put(key, key.getBytes(UTF_8));
        puts.add(threads.submit(one));
      }
      for (Future<String> each : puts) {
        each.get();
      }
    }
    put("many-more", bytes(1, 11));
    put("less", bytes(1, 12));
    assertThat(all("many/")).extracting(Listed::key).containsExactlyElementsOf(keys);
    assertThat(all("many/")).allMatch(each -> each.size() == 9);
    assertThat(all("")).hasSize(1052);
    assertThat(all("many/10")).hasSize(50);
    assertThat(store.list("many/", "many/1048"))
        .extracting(Listed::key)
        .containsExactly("many/1049");
  }

  @Test
  void whatIsListedIsWhatIsRead() throws Exception {
    String etag = put("a", bytes(10, 13));
    for (Listed told : List.of(store.list("", "").getFirst(), store.look("a").orElseThrow())) {
      assertThat(told.key()).isEqualTo("a");
      assertThat(told.etag()).isEqualTo(etag);
      assertThat(told.size()).isEqualTo(10);
      assertThat(told.age()).isBetween(Duration.ofSeconds(-1), Duration.ofMinutes(1));
      try (StoredObject object = store.get("a", 0).orElseThrow()) {
        assertThat(told.modified().getEpochSecond()).isEqualTo(object.modified().getEpochSecond());
      }
    }
  }

  @Test
  void namesOfAllKindsAreKeptApart() throws Exception {
    List<String> keys =
        List.of(
            "tags/a.example~00ff/a/b/_/1.0-x",
            "tags/a.example~00ff/a/b/_/latest",
            "with space/and+plus",
            "with%20percent/and&ampersand=1",
            "host_5000/x:y",
            "ünï/ü",
            "q?a#b");
    for (String key : keys) {
      put(key, key.getBytes(UTF_8));
    }
    for (String key : keys) {
      assertThat(found(key, 0)).as(key).isEqualTo(key.getBytes(UTF_8));
    }
    assertThat(all("")).extracting(Listed::key).containsExactlyInAnyOrderElementsOf(keys);
    for (String key : keys) {
      store.remove(key);
    }
    assertThat(store.list("", "")).isEmpty();
  }
}
