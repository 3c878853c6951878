package larder.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import larder.bucket.Body;
import larder.bucket.Hold;
import larder.bucket.LocalTroubleException;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.ObjectStore.Listed;
import larder.bucket.ObjectStore.Written;
import larder.bucket.StoredObject;
import larder.tiering.Digest;
import larder.tiering.Events;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is left of uploads in parts that come to an end, and of those that do not. */
class MultipartUploadsTest {
  private static final int PART = 5 << 20;

  /** Less than none: the time of an answer has seconds only, that of an object more. */
  private static final Duration ANY = Duration.ofMinutes(-1);

  private final byte[] bytes = new byte[2 * PART + 1];
  private S3Bucket bucket;
  private S3ObjectStore store;

  @BeforeEach
  void open() throws Exception {
    new Random(1).nextBytes(bytes);
    bucket = S3TestServer.get().bucket();
    store =
        S3ObjectStore.open(
            bucket,
            new S3ObjectStore.Limits(16, 8, 1 << 20, 4, PART),
            Events.NONE,
            InstantSource.system());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private int uploads() {
    return uploads("a");
  }

  private int uploads(String key) {
    try (S3Clients clients = S3TestServer.clients(bucket)) {
      // With the whole key, without which one of the stores lists none.
      return clients
          .writing()
          .listMultipartUploads(b -> b.bucket(bucket.name()).prefix(bucket.prefix() + key))
          .uploads()
          .size();
    }
  }

  private List<Listed> records() throws IOException {
    return store.list(UploadRecords.FOLDER, "");
  }

  private void assertNothingIsLeft() throws IOException {
    assertThat(uploads()).isZero();
    assertThat(records()).isEmpty();
  }

  @Test
  void ofOneThatIsCompleteNothingIsLeftButTheObject() throws Exception {
    assertThat(store.put("a", Body.of(bytes), new Condition.Absent()))
        .isInstanceOf(Written.Stored.class);
    try (StoredObject object = store.get("a", 0).orElseThrow()) {
      assertThat(Arrays.equals(object.bytes().readAllBytes(), bytes)).isTrue();
    }
    assertNothingIsLeft();
  }

  @Test
  void ofOneThatIsRefusedToo() throws Exception {
    var _ = store.put("a", Body.of(bytes), new Condition.Always());
    String etag = store.list("a", "").getFirst().etag();
    bytes[0]++;
    assertThat(store.put("a", Body.of(bytes), new Condition.Absent()))
        .isInstanceOf(Written.Refused.class);
    assertThat(store.put("a", Body.of(bytes), new Condition.Unchanged("\"00\"")))
        .isInstanceOf(Written.Refused.class);
    assertThat(store.list("a", "").getFirst().etag()).isEqualTo(etag);
    assertNothingIsLeft();
  }

  /** Bytes of which those of the last part come only when a test says so, or never. */
  private record Held(byte[] bytes, CountDownLatch reached, CountDownLatch gate, boolean broken)
      implements Body {
    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public String contentType() {
      return OCTETS;
    }

    @Override
    public Optional<Digest> sha256() {
      return Optional.empty();
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      if (position >= 2 * PART) {
        reached.countDown();
        if (broken) {
          throw new IOException("Input/output error");
        }
        try {
          gate.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted", e);
        }
      }
      return Body.of(bytes).read(into, position);
    }
  }

  @Test
  void ofOneWhoseBytesCannotBeReadToo() throws Exception {
    CountDownLatch open = new CountDownLatch(0);
    assertThatIOException()
        .isThrownBy(() -> store.put("a", new Held(bytes, open, open, true), new Condition.Always()))
        .isInstanceOf(LocalTroubleException.class)
        .withMessageContaining("Input/output error");
    assertThat(store.get("a", 0)).isEmpty();
    assertNothingIsLeft();
  }

  @Test
  void whileItIsUnderWayARecordTellsOfIt() throws Exception {
    Held held = new Held(bytes, new CountDownLatch(1), new CountDownLatch(1), false);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Written> put = threads.submit(() -> store.put("a", held, new Condition.Always()));
      held.reached().await();
      assertThat(uploads()).isEqualTo(1);
      String record = records().getFirst().key();
      try (StoredObject object = store.get(record, 0).orElseThrow()) {
        assertThat(new String(object.bytes().readAllBytes(), StandardCharsets.UTF_8))
            .matches("a\n\\S+\n");
      }
      held.gate().countDown();
      assertThat(put.get()).isInstanceOf(Written.Stored.class);
    }
    assertNothingIsLeft();
  }

  @Test
  void whoIsInterruptedStillGivesItUp() throws Exception {
    Held held = new Held(bytes, new CountDownLatch(1), new CountDownLatch(1), false);
    Thread upload =
        Thread.ofVirtual()
            .start(() -> {
              try {
                var _ = store.put("a", held, new Condition.Always());
              } catch (IOException e) {
                // As it is to be.
              }
            });
    held.reached().await();
    upload.interrupt();
    upload.join();
    assertThat(store.get("a", 0)).isEmpty();
    assertNothingIsLeft();
  }

  private String begin(String key) {
    try (S3Clients clients = S3TestServer.clients(bucket)) {
      return clients
          .writing()
          .createMultipartUpload(b -> b.bucket(bucket.name()).key(bucket.prefix() + key))
          .uploadId();
    }
  }

  private void record(String name, String text) throws IOException {
    Body body = Body.of(text.getBytes(StandardCharsets.UTF_8));
    var _ = store.put(UploadRecords.FOLDER + name, body, new Condition.Always());
  }

  @Test
  void oneThatNobodyEndsIsClearedAway() throws Exception {
    record("whole", "a\n" + begin("a") + "\n");
    record("without-id", "b\n");
    String _ = begin("b");
    assertThat(uploads()).isEqualTo(1);
    assertThat(store.clear(Duration.ofDays(1), Hold.ALWAYS)).as("too young").isZero();
    assertThat(store.clear(ANY, () -> false)).as("not to go on").isZero();
    assertThat(uploads()).isEqualTo(1);
    assertThat(records()).hasSize(2);
    assertThat(store.clear(ANY, Hold.ALWAYS)).isEqualTo(2);
    assertThat(uploads("b")).isZero();
    assertNothingIsLeft();
  }

  @Test
  void aRecordOfAnUploadThatIsGoneOrOfNoneGoesToo() throws Exception {
    record("gone", "a\nno-such-upload\n");
    record("garbage", "\n\n\0");
    record("empty", "");
    record("no-key", "k".repeat(2000) + "\nno-such-upload\n");
    assertThat(store.clear(ANY, Hold.ALWAYS)).isEqualTo(4);
    assertNothingIsLeft();
  }
}
