package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import larder.tiering.BlobStore.StoredBlob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of blobs does, whatever it is made of. A store's test extends this. */
public abstract class BlobStoreContract {
  protected static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  protected static final InstantSource CLOCK = InstantSource.fixed(NOW);

  private static final byte[] HELLO = "hello, larder".getBytes(StandardCharsets.UTF_8);
  private static final BlobKey KEY = keyOf(HELLO);

  private BlobStore store;

  /** An empty store whose clock is {@link #CLOCK}. */
  protected abstract BlobStore openStore() throws IOException;

  /** Where a file that does not exist yet may be made for {@link BlobStore#put} to take over. */
  protected abstract Path newFile() throws IOException;

  @BeforeEach
  final void open() throws IOException {
    store = openStore();
  }

  @AfterEach
  final void close() throws IOException {
    store.close();
    store.close();
  }

  protected static BlobKey keyOf(byte[] bytes) {
    return BlobKey.of(Digest.of(Digest.Algorithm.SHA256, bytes));
  }

  /** Puts bytes as a fill does: by handing over a complete file. */
  protected final void put(BlobKey key, byte[] bytes) throws IOException {
    Path file = newFile();
    Files.write(file, bytes);
    store.put(key, file);
    assertThat(file).as("the file handed over").doesNotExist();
  }

  protected static byte[] read(StoredBlob blob, ByteRange range) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long sent = blob.transferTo(range, Channels.newChannel(bytes));
    assertThat(sent).isEqualTo(bytes.size());
    return bytes.toByteArray();
  }

  protected static byte[] read(StoredBlob blob) throws IOException {
    return read(blob, ByteRange.all(blob.length()));
  }

  protected final byte[] found(BlobKey key) throws IOException {
    try (StoredBlob blob = store.find(key).orElseThrow()) {
      return read(blob);
    }
  }

  protected final Map<BlobKey, Long> held() throws IOException {
    Map<BlobKey, Long> sizes = new HashMap<>();
    store.forEach((key, size, lastAccess) -> {
      assertThat(lastAccess).isNotNull();
      assertThat(sizes.put(key, size)).as("reported twice: " + key).isNull();
    });
    return sizes;
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  @Test
  void anEmptyStoreHoldsNothing() throws IOException {
    assertThat(store.find(KEY)).isEmpty();
    assertThat(held()).isEmpty();
  }

  @Test
  void whatWasPutIsFoundTrustedWithItsSize() throws IOException {
    put(KEY, HELLO);
    try (StoredBlob blob = store.find(KEY).orElseThrow()) {
      assertThat(blob.length()).isEqualTo(HELLO.length);
      assertThat(blob.size()).isEqualTo(OptionalLong.of(HELLO.length));
      assertThat(blob.trusted()).isTrue();
      assertThat(read(blob)).isEqualTo(HELLO);
    }
    assertThat(held()).isEqualTo(Map.of(KEY, (long) HELLO.length));
  }

  @Test
  void sizesAroundTheBuffersComeBackWhole() throws IOException {
    for (int size : new int[] {0, 1, 4096, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 3_000_000}) {
      byte[] bytes = bytes(size);
      put(keyOf(bytes), bytes);
      assertThat(found(keyOf(bytes))).as("a blob of %d bytes", size).isEqualTo(bytes);
    }
  }

  @Test
  void anyRangeCanBeRead() throws IOException {
    byte[] bytes = bytes(700_000);
    put(keyOf(bytes), bytes);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (StoredBlob blob = store.find(keyOf(bytes)).orElseThrow()) {
      assertThat(read(blob, new ByteRange(0, 0))).isEmpty();
      assertThat(read(blob, new ByteRange(bytes.length, 0))).isEmpty();
      assertThat(read(blob, new ByteRange(bytes.length - 1, 1))).containsExactly(bytes[699_999]);
      for (int i = 0; i < 50; i++) {
        int from = random.nextInt(bytes.length);
        int to = from + random.nextInt(bytes.length - from + 1);
        assertThat(read(blob, new ByteRange(from, to - from)))
            .as("seed %d, bytes %d to %d", seed, from, to)
            .isEqualTo(java.util.Arrays.copyOfRange(bytes, from, to));
      }
    }
  }

  @Test
  void aRangeBeyondTheEndIsTrouble() throws IOException {
    put(KEY, HELLO);
    try (StoredBlob blob = store.find(KEY).orElseThrow()) {
      assertThatThrownBy(() -> read(blob, new ByteRange(1, HELLO.length)))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void puttingTwiceKeepsOne() throws IOException {
    put(KEY, HELLO);
    put(KEY, HELLO);
    assertThat(found(KEY)).isEqualTo(HELLO);
    assertThat(held()).hasSize(1);
  }

  @Test
  void puttingReplacesWhatWasThere() throws IOException {
    put(KEY, bytes(100));
    put(KEY, HELLO);
    assertThat(found(KEY)).isEqualTo(HELLO);
    assertThat(held()).isEqualTo(Map.of(KEY, (long) HELLO.length));
  }

  @Test
  void whatWasRemovedIsGone() throws IOException {
    put(KEY, HELLO);
    store.remove(KEY);
    assertThat(store.find(KEY)).isEmpty();
    assertThat(held()).isEmpty();
    store.remove(KEY);
    put(KEY, HELLO);
    assertThat(found(KEY)).isEqualTo(HELLO);
  }

  @Test
  void anOpenHandleOutlivesRemovalAndReplacement() throws IOException {
    byte[] old = bytes(300_000);
    put(KEY, old);
    try (StoredBlob first = store.find(KEY).orElseThrow()) {
      store.remove(KEY);
      assertThat(read(first)).isEqualTo(old);
      put(KEY, HELLO);
      assertThat(read(first)).isEqualTo(old);
      try (StoredBlob second = store.find(KEY).orElseThrow()) {
        assertThat(read(second)).isEqualTo(HELLO);
      }
    }
  }

  @Test
  void aHandleMayBeClosedTwice() throws IOException {
    put(KEY, HELLO);
    StoredBlob blob = store.find(KEY).orElseThrow();
    blob.close();
    blob.close();
  }

  @Test
  void whatWasHashedStaysTrusted() throws IOException {
    put(KEY, HELLO);
    try (StoredBlob blob = store.find(KEY).orElseThrow()) {
      blob.trust();
    }
    try (StoredBlob blob = store.find(KEY).orElseThrow()) {
      assertThat(blob.trusted()).isTrue();
    }
  }

  @Test
  void hashingWhatIsGoneBringsNothingBack() throws IOException {
    put(KEY, HELLO);
    try (StoredBlob blob = store.find(KEY).orElseThrow()) {
      store.remove(KEY);
      blob.trust();
    }
    assertThat(store.find(KEY)).isEmpty();
    assertThat(held()).isEmpty();
  }

  @Test
  void longDigestsHaveAPlaceToo() throws IOException {
    BlobKey key = BlobKey.of(Digest.of(Digest.Algorithm.SHA512, HELLO));
    put(key, HELLO);
    assertThat(found(key)).isEqualTo(HELLO);
    assertThat(store.find(KEY)).isEmpty();
    assertThat(held()).isEqualTo(Map.of(key, (long) HELLO.length));
  }

  @Test
  void spacesAreKeptApart() throws IOException {
    List<String> names =
        List.of("a.example", "A.example", "a.example:5000", "..", ".", "", "a/b", "ü\0 %2f~\n");
    List<BlobKey> keys = new ArrayList<>();
    for (String name : names) {
      keys.add(new BlobKey(new Space.Private(name), KEY.digest()));
    }
    for (BlobKey key : keys) {
      assertThat(store.find(key)).as("%s before it was put", key).isEmpty();
      put(key, HELLO);
      assertThat(found(key)).isEqualTo(HELLO);
    }
    assertThat(store.find(KEY)).as("the public one").isEmpty();
    assertThat(held()).containsOnlyKeys(keys);
    store.remove(keys.getFirst());
    assertThat(found(keys.get(1))).isEqualTo(HELLO);
  }

  @Test
  void anAccessIsRemembered() throws IOException {
    put(KEY, HELLO);
    assertThat(lastAccess(KEY)).contains(NOW);
    store.accessed(KEY, NOW.plusSeconds(60));
    assertThat(lastAccess(KEY)).contains(NOW.plusSeconds(60));
    store.accessed(keyOf(bytes(3)), NOW);
    assertThat(held()).hasSize(1);
  }

  private Optional<Instant> lastAccess(BlobKey wanted) throws IOException {
    Map<BlobKey, Instant> times = new HashMap<>();
    store.forEach((key, _, time) -> times.put(key, time));
    return Optional.ofNullable(times.get(wanted));
  }

  @Test
  void thereIsRoom() throws IOException {
    assertThat(store.usableSpace()).isPositive();
  }

  @Test
  void findingWhilePuttingAndRemovingGivesAWholeBlobOrNone() throws Exception {
    byte[] bytes = bytes(50_000);
    BlobKey key = keyOf(bytes);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> readers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Callable<Integer> reader =
            () -> {
              int hits = 0;
              for (int j = 0; j < 200; j++) {
                try (StoredBlob blob = store.find(key).orElse(null)) {
                  if (blob != null) {
                    assertThat(read(blob)).isEqualTo(bytes);
                    hits++;
                  }
                }
              }
              return hits;
            };
        readers.add(threads.submit(reader));
      }
      for (int i = 0; i < 100; i++) {
        put(key, bytes);
        if (i % 3 == 0) {
          store.remove(key);
        }
      }
      for (Future<Integer> reader : readers) {
        assertThat(reader.get()).isNotNegative();
      }
    }
  }
}
