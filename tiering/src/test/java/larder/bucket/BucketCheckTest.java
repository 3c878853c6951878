package larder.bucket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import larder.bucket.ObjectStore.Condition;
import larder.fsck.Findings;
import larder.fsck.Sample;
import larder.fsck.Throttle;
import larder.fsck.Wrong;
import larder.fsck.Wrong.Fate;
import larder.tiering.BlobKey;
import larder.tiering.Contents;
import larder.tiering.Digest;
import larder.tiering.FakeClock;
import larder.tiering.Space;
import larder.tiering.Tag;
import larder.tiering.TagRecord;
import larder.tiering.TagText;
import larder.tiering.UpstreamFolder;
import org.junit.jupiter.api.Test;

/** Every kind of damage to objects is found, and what is right stays. */
class BucketCheckTest {
  private static final FleetKey KEY = new FleetKey("0123456789abcdef0123456789abcdef");
  private static final Space.Private OURS = new Space.Private("ours.example");
  private static final TagRecord RECORD =
      new TagRecord(
          Digest.of(Digest.Algorithm.SHA256, new byte[0]),
          "a/b",
          0,
          Instant.parse("2026-03-01T10:00:00Z"),
          Instant.parse("2026-03-01T10:01:00Z"));

  private final FakeClock clock = new FakeClock();
  private final MemoryObjectStore memory = new MemoryObjectStore(clock);
  private final FaultyObjectStore objects = new FaultyObjectStore(memory);
  private final Layout layout =
      new Layout(
          Map.of(
              "hub.example", URI.create("https://hub.example"),
              "ours.example", URI.create("https://ours.example")),
          Set.of("ours.example"));
  private final Findings findings = new Findings();

  private void place(String key, byte[] bytes) throws IOException {
    var _ = memory.put(key, Body.of(bytes), new Condition.Always());
  }

  private void place(String key, String text) throws IOException {
    place(key, text.getBytes(UTF_8));
  }

  private boolean holds(String key) {
    return !memory.list(key, "").isEmpty();
  }

  private void check(ObjectStore store, Optional<FleetKey> key, Sample sample) throws IOException {
    new BucketCheck(store, layout, key, sample, Throttle.none(), 4, findings).run();
  }

  private void check() throws IOException {
    check(objects, Optional.of(KEY), Sample.all());
  }

  private String tag(String name) {
    return layout.tag(new Tag("hub.example", "team/app", name));
  }

  private static byte[] flipped(byte[] bytes) {
    byte[] other = bytes.clone();
    other[other.length / 2] ^= 1;
    return other;
  }

  @Test
  void whatIsRightStays() throws Exception {
    Contents blob = Contents.of(100_000, 1);
    Contents manifest = Contents.of(500, 2);
    byte[] long512 = "sha512 too".getBytes(UTF_8);
    BlobKey other = BlobKey.of(Digest.of(Digest.Algorithm.SHA512, long512));
    place(layout.blob(blob.key()), blob.bytes());
    place(layout.blob(other), long512);
    place(layout.blob(new BlobKey(OURS, blob.key().digest())), blob.bytes());
    place(layout.manifest(manifest.key()), manifest.bytes());
    place(tag("1"), KEY.sign(tag("1"), TagText.format(RECORD)));
    place("uploads/x", "not looked at");
    place("leases/y", "not looked at");
    check();
    assertThat(findings.wrong).isEmpty();
    assertThat(findings.right).hasValue(5);
    assertThat(memory.list("", "")).hasSize(7);
  }

  @Test
  void whatIsWrongIsRemoved() throws Exception {
    Contents cut = Contents.of(5_000, 1);
    Contents bit = Contents.of(5_000, 2);
    Contents more = Contents.of(5_000, 3);
    Contents none = Contents.of(5_000, 4);
    Contents manifest = Contents.of(500, 5);
    Contents ours = Contents.of(500, 6);
    Contents right = Contents.of(500, 7);
    place(layout.blob(cut.key()), Arrays.copyOf(cut.bytes(), 4_999));
    place(layout.blob(bit.key()), flipped(bit.bytes()));
    place(layout.blob(more.key()), Arrays.copyOf(more.bytes(), 5_001));
    place(layout.blob(none.key()), new byte[0]);
    place(layout.manifest(manifest.key()), flipped(manifest.bytes()));
    BlobKey own = new BlobKey(OURS, ours.key().digest());
    place(layout.blob(own), flipped(ours.bytes()));
    place(layout.blob(right.key()), right.bytes());
    check();
    assertThat(findings.wrong)
        .hasSize(6)
        .allMatch(each -> each.fate() == Fate.REMOVED && each.place() == Wrong.Place.BUCKET);
    assertThat(findings.wrong)
        .extracting(Wrong::blob)
        .containsExactlyInAnyOrder(
            Optional.of(new Wrong.Kept(cut.key(), false)),
            Optional.of(new Wrong.Kept(bit.key(), false)),
            Optional.of(new Wrong.Kept(more.key(), false)),
            Optional.of(new Wrong.Kept(none.key(), false)),
            Optional.of(new Wrong.Kept(manifest.key(), true)),
            Optional.of(new Wrong.Kept(own, false)));
    assertThat(memory.list("", ""))
        .singleElement()
        .extracting(ObjectStore.Listed::key)
        .isEqualTo(layout.blob(right.key()));
  }

  /** What is no longer configured is checked all the same; nobody can tell whose it was. */
  @Test
  void aFormerUpstreamsBlobs() throws Exception {
    Contents blob = Contents.of(500, 1);
    String folder = UpstreamFolder.of("gone.example", URI.create("https://gone.example"));
    place("private/" + folder + "/" + layout.blob(blob.key()), flipped(blob.bytes()));
    check();
    assertThat(findings.wrong)
        .singleElement()
        .satisfies(each -> {
          assertThat(each.fate()).isEqualTo(Fate.REMOVED);
          assertThat(each.blob()).isEmpty();
        });
  }

  @Test
  void whatIsInAWrongPlaceIsLeft() throws Exception {
    Contents blob = Contents.of(500, 1);
    String hex = blob.key().digest().hex();
    String elsewhere = hex.startsWith("00") ? "01" : "00";
    List<String> odd =
        List.of(
            "blobs/sha256/" + elsewhere + "/" + hex,
            "blobs/sha256/" + hex,
            "blobs/md5/00/0011",
            "blobs/readme.txt",
            "manifests/sha256/00/00",
            "private/notes",
            "tags/hub.example/latest");
    for (String key : odd) {
      place(key, blob.bytes());
    }
    check();
    assertThat(findings.names(Fate.LEFT)).containsExactlyElementsOf(odd.stream().sorted().toList());
    assertThat(findings.wrong).hasSameSizeAs(odd);
    assertThat(memory.list("", "")).hasSameSizeAs(odd);
  }

  /** A larder replaces an object while it is read. */
  @Test
  void whatWasReplacedMeanwhileStays() throws Exception {
    Contents blob = Contents.of(500, 1);
    String key = layout.blob(blob.key());
    place(key, flipped(blob.bytes()));
    ObjectStore replaced =
        new Interposed(memory) {
          @Override
          public Optional<StoredObject> get(String wanted, long from) throws IOException {
            Optional<StoredObject> found = super.get(wanted, from);
            place(key, blob.bytes());
            return found;
          }
        };
    check(replaced, Optional.of(KEY), Sample.all());
    assertThat(findings.names(Fate.REPLACED)).containsExactly(key);
    assertThat(holds(key)).isTrue();
  }

  /** Many stores ignore conditions of removals. */
  @Test
  void norIsItRemovedWhereRemovalsKnowNoConditions() throws Exception {
    Contents blob = Contents.of(500, 1);
    String key = layout.blob(blob.key());
    place(key, flipped(blob.bytes()));
    ObjectStore replaced =
        new Interposed(memory) {
          @Override
          public Optional<StoredObject> get(String wanted, long from) throws IOException {
            Optional<StoredObject> found = super.get(wanted, from);
            place(key, blob.bytes());
            return found;
          }

          @Override
          public boolean remove(Listed unwanted, Duration within) throws IOException {
            remove(unwanted.key());
            return true;
          }
        };
    check(replaced, Optional.of(KEY), Sample.all());
    assertThat(holds(key)).isTrue();
  }

  @Test
  void aThousandObjectsALook() throws Exception {
    int many = 2_500;
    for (int i = 0; i < many; i++) {
      Contents each = Contents.of(10, i);
      place(layout.blob(each.key()), each.bytes());
    }
    check();
    assertThat(findings.right).hasValue(many);
    List<String> lists = objects.requests.stream().filter(each -> each.startsWith("list")).toList();
    assertThat(lists).as("three pages, and the end of each folder").hasSize(3 + 4);
    assertThat(findings.parts).isNotEmpty().allMatch(part -> part >= 0 && part <= 1);
  }

  @Test
  void aSampleIsTheSameForASeed() throws Exception {
    for (int i = 0; i < 500; i++) {
      Contents each = Contents.of(10, i);
      place(layout.blob(each.key()), each.bytes());
    }
    check(objects, Optional.of(KEY), new Sample(20, 5));
    List<String> first = read();
    assertThat(first).hasSizeBetween(50, 150);
    objects.requests.clear();
    check(objects, Optional.of(KEY), new Sample(20, 5));
    assertThat(read()).isEqualTo(first);
    objects.requests.clear();
    check(objects, Optional.of(KEY), new Sample(20, 6));
    assertThat(read()).isNotEqualTo(first);
  }

  private List<String> read() {
    return objects.requests.stream().filter(each -> each.startsWith("get")).sorted().toList();
  }

  @Test
  void whatCannotBeReadStays() throws Exception {
    Contents blob = Contents.of(500, 1);
    place(layout.blob(blob.key()), blob.bytes());
    InputStream closed = InputStream.nullInputStream();
    closed.close();
    ObjectStore broken =
        new Interposed(memory) {
          @Override
          public Optional<StoredObject> get(String key, long from) throws IOException {
            return super.get(key, from)
                .map(object ->
                    new StoredObject(
                        object.size(),
                        object.etag(),
                        object.modified(),
                        object.answered(),
                        closed));
          }
        };
    check(broken, Optional.of(KEY), Sample.all());
    assertThat(findings.names(Fate.STAYS)).hasSize(1);
    assertThat(holds(layout.blob(blob.key()))).isTrue();
  }

  /** A store says of what may not be read that it is not there. */
  @Test
  void whatMayNotBeReadIsNotTakenForRight() throws Exception {
    Contents blob = Contents.of(500, 1);
    place(layout.blob(blob.key()), blob.bytes());
    ObjectStore closed =
        new Interposed(memory) {
          @Override
          public Optional<StoredObject> get(String key, long from) {
            return Optional.empty();
          }
        };
    check(closed, Optional.of(KEY), Sample.all());
    assertThat(findings.names(Fate.STAYS)).containsExactly(layout.blob(blob.key()));
    ObjectStore purged =
        new Interposed(memory) {
          @Override
          public Optional<StoredObject> get(String key, long from) throws IOException {
            remove(key);
            return Optional.empty();
          }
        };
    check(purged, Optional.of(KEY), Sample.all());
    assertThat(findings.wrong).hasSize(1);
  }

  @Test
  void aStoreThatIsDownEndsIt() throws Exception {
    for (int i = 0; i < 100; i++) {
      Contents each = Contents.of(10, i);
      place(layout.blob(each.key()), each.bytes());
    }
    ObjectStore down =
        new Interposed(memory) {
          @Override
          public Optional<StoredObject> get(String key, long from) throws IOException {
            throw new IOException("down");
          }
        };
    assertThatIOException()
        .isThrownBy(() -> check(down, Optional.of(KEY), Sample.all()))
        .withMessage("down");
    assertThat(memory.list("", "")).hasSize(100);
    objects.failure = new IOException("no list");
    assertThatIOException().isThrownBy(this::check).withMessage("no list");
  }
}
