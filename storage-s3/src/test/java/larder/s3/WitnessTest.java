package larder.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.messages.Item;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import larder.bucket.Body;
import larder.bucket.BreakerStore;
import larder.bucket.Bucket;
import larder.bucket.Condemned;
import larder.bucket.FleetKey;
import larder.bucket.Layout;
import larder.bucket.ObjectStore;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.SharedTagStore;
import larder.bucket.StoredObject;
import larder.tiering.Contents;
import larder.tiering.Digest;
import larder.tiering.Events;
import larder.tiering.Source;
import larder.tiering.Tag;
import larder.tiering.TagRecord;
import larder.tiering.TagStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Another client of S3 finds what larder has written, as larder says that it is kept, and larder
 * finds what that client has written so. Nothing here but the bytes on the wire is shared.
 */
class WitnessTest {
  private static final long PART = 5L << 20;
  private static final int LARGE = (int) (3 * PART + 12_345);
  private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
  private static final String FLEET_KEY = "0123456789abcdef0123456789abcdef";
  private static final Tag TAG = new Tag("hub.example", "team/app", "latest");
  private static final TagRecord RECORD =
      new TagRecord(
          Digest.of(Digest.Algorithm.SHA256, "manifest".getBytes(UTF_8)),
          MANIFEST_TYPE,
          8,
          Instant.parse("2026-03-01T10:00:00Z"),
          Instant.parse("2026-03-01T10:01:00Z"));

  private final Contents small = Contents.of(700, 1);
  private final Contents large = Contents.of(LARGE, 2);
  private final Contents manifest = Contents.of("{\"schemaVersion\":2}".getBytes(UTF_8));

  private S3Bucket place;
  private ObjectStore store;
  private Bucket bucket;
  private MinioClient witness;
  private final Layout layout =
      new Layout(Map.of("hub.example", URI.create("https://hub.example")), Set.of());

  @BeforeEach
  void open() throws Exception {
    S3TestServer server = S3TestServer.get();
    place = server.bucket();
    store =
        S3ObjectStore.open(
            place,
            new S3ObjectStore.Limits(8, 8, 1 << 20, 8, PART),
            Events.NONE,
            InstantSource.system());
    BreakerStore breaker = new BreakerStore(store, Events.NONE, InstantSource.system());
    bucket =
        new Bucket(
            breaker,
            new Condemned(breaker, new Random()),
            layout,
            Events.NONE,
            InstantSource.system());
    witness =
        MinioClient.builder()
            .endpoint(server.endpoint().toString())
            .credentials(server.key().id(), server.key().secret())
            .region(place.region())
            .build();
  }

  @AfterEach
  void close() throws Exception {
    witness.close();
    bucket.close();
  }

  private static String path(Contents contents) {
    String hex = contents.key().digest().hex();
    return "sha256/" + hex.substring(0, 2) + "/" + hex;
  }

  /** As the design says it, written out. */
  private static String tagPath() throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest("https://hub.example".getBytes(UTF_8));
    return "tags/hub.example~%s/team/app/_/latest"
        .formatted(HexFormat.of().formatHex(hash).substring(0, 8));
  }

  private static String signature(String place, String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(FLEET_KEY.getBytes(UTF_8), "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal((place + "\n" + text).getBytes(UTF_8)));
  }

  private static String text(TagRecord record) {
    return """
    %s
    %s
    %d
    %s
    %s
    end
    """
        .formatted(
            record.digest(),
            record.mediaType(),
            record.size(),
            record.checked(),
            record.freshUntil());
  }

  private TagStore tags() {
    return new SharedTagStore(new NoTags(), store, layout, new FleetKey(FLEET_KEY));
  }

  /** Keeps none of its own longer than the test. */
  private static final class NoTags implements TagStore {
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
    public void forEach(String upstream, Consumer<Tag> to) {}

    @Override
    public void sweep(String upstream, Instant before) {}
  }

  private Map<String, Long> listed() throws Exception {
    Map<String, Long> found = new HashMap<>();
    for (Result<Item> each :
        witness.listObjects(
            ListObjectsArgs.builder()
                .bucket(place.name())
                .prefix(place.prefix())
                .recursive(true)
                .build())) {
      found.put(each.get().objectName().substring(place.prefix().length()), each.get().size());
    }
    return found;
  }

  private StatObjectResponse stat(String key) throws Exception {
    return witness.statObject(
        StatObjectArgs.builder().bucket(place.name()).object(place.prefix() + key).build());
  }

  private byte[] read(String key) throws Exception {
    try (InputStream bytes =
        witness.getObject(
            GetObjectArgs.builder().bucket(place.name()).object(place.prefix() + key).build())) {
      return bytes.readAllBytes();
    }
  }

  private void write(String key, byte[] bytes, String type) throws Exception {
    var _ =
        witness.putObject(
            PutObjectArgs.builder()
                .bucket(place.name())
                .object(place.prefix() + key)
                .contentType(type)
                .stream(new ByteArrayInputStream(bytes), (long) bytes.length, PART)
                .build());
  }

  @Test
  void whatLarderWritesIsFound() throws Exception {
    for (Contents each : new Contents[] {small, large}) {
      var _ = store.put("blobs/" + path(each), Body.of(each.bytes()), new Condition.Absent());
    }
    bucket.writeManifest(manifest.key(), Body.of(manifest.bytes(), MANIFEST_TYPE));
    tags().put(TAG, RECORD);

    String signed = new String(read(tagPath()), UTF_8);
    assertThat(signed)
        .isEqualTo(text(RECORD) + "hmac-sha256 " + signature(tagPath(), text(RECORD)) + "\n");
    assertThat(listed())
        .isEqualTo(
            Map.of(
                "blobs/" + path(small),
                700L,
                "blobs/" + path(large),
                (long) LARGE,
                "manifests/" + path(manifest),
                (long) manifest.bytes().length,
                tagPath(),
                (long) signed.length()));
    assertThat(stat("blobs/" + path(large)).etag())
        .as("the hash of three parts and a rest")
        .endsWith("-4");
    for (Contents each : new Contents[] {small, large}) {
      assertThat(Digest.of(Digest.Algorithm.SHA256, read("blobs/" + path(each))))
          .isEqualTo(each.key().digest());
      assertThat(stat("blobs/" + path(each)).contentType()).isEqualTo("application/octet-stream");
      assertThat(stat("blobs/" + path(each)).size()).isEqualTo(each.bytes().length);
    }
    assertThat(Digest.of(Digest.Algorithm.SHA256, read("manifests/" + path(manifest))))
        .isEqualTo(manifest.key().digest());
    assertThat(stat("manifests/" + path(manifest)).contentType()).isEqualTo(MANIFEST_TYPE);
    assertThat(stat(tagPath()).contentType()).isEqualTo("text/plain");
  }

  @Test
  void whatAnotherClientWritesIsRead() throws Exception {
    write("blobs/" + path(small), small.bytes(), "application/octet-stream");
    write("blobs/" + path(large), large.bytes(), "binary/octet-stream");
    write("manifests/" + path(manifest), manifest.bytes(), MANIFEST_TYPE);
    String signed = text(RECORD) + "hmac-sha256 " + signature(tagPath(), text(RECORD)) + "\n";
    write(tagPath(), signed.getBytes(UTF_8), "text/plain");
    assertThat(stat("blobs/" + path(large)).etag()).as("it is in parts").endsWith("-4");

    for (Contents each : new Contents[] {small, large}) {
      int size = each.bytes().length;
      for (int from : new int[] {0, size / 2, size - 1}) {
        Source copy = bucket.copies(each.key()).getFirst();
        try (Source.Answer answer = copy.open(from)) {
          assertThat(answer.size()).isEqualTo(OptionalLong.of(size));
          assertThat(answer.offset()).isEqualTo(from);
          assertThat(answer.bytes().readAllBytes())
              .isEqualTo(Arrays.copyOfRange(each.bytes(), from, size));
        }
      }
      String key = "blobs/" + path(each);
      assertThat(store.list(key, ""))
          .singleElement()
          .extracting(ObjectStore.Listed::size)
          .isEqualTo((long) size);
    }
    try (StoredObject object = bucket.manifest(manifest.key()).orElseThrow()) {
      assertThat(object.bytes().readAllBytes()).isEqualTo(manifest.bytes());
    }
    assertThat(tags().find(TAG)).contains(RECORD);
    // It stands for every other key too: what is not signed for its place is no record.
    write(tagPath().replace("latest", "moved"), signed.getBytes(UTF_8), "text/plain");
    assertThat(tags().find(new Tag("hub.example", "team/app", "moved"))).isEmpty();
  }

  /** Neither takes the other's object for its own to write over. */
  @Test
  void conditionsHoldForWhatTheOtherHasWritten() throws Exception {
    String key = "blobs/" + path(large);
    write(key, large.bytes(), "application/octet-stream");
    assertThat(store.put(key, Body.of(large.bytes()), new Condition.Absent()))
        .isInstanceOf(ObjectStore.Written.Refused.class);
    String etag = store.list(key, "").getFirst().etag();
    try (StoredObject object = store.get(key, 0).orElseThrow()) {
      assertThat(object.etag()).isEqualTo(etag);
    }
    assertThat(store.put(key, Body.of(small.bytes()), new Condition.Unchanged(etag)))
        .isInstanceOf(ObjectStore.Written.Stored.class);
    assertThat(read(key)).isEqualTo(small.bytes());
  }
}
