package larder.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import larder.bucket.Body;
import larder.bucket.ObjectStore;
import larder.bucket.StoredObject;
import larder.config.BucketConfig;
import larder.config.Secret;
import larder.s3.S3Bucket;
import larder.s3.S3ObjectStore;
import larder.s3.S3TestServer;
import larder.server.TcpProxy.Behaviour;
import larder.tiering.Digest;
import larder.tiering.Event;
import larder.tiering.Origin;
import larder.upstream.Fault;
import larder.upstream.GeneratedBlob;
import larder.upstream.Received;
import larder.upstream.TestRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two clusters, each with a disk of its own, and the bucket between them and upstream. */
class SharedBucketTest {
  private static final Behaviour PASSING = new Behaviour.Passing();

  @TempDir Path here;
  @TempDir Path there;
  private final GeneratedBlob layer = new GeneratedBlob(new Random().nextLong(), 20_000_000);
  private final GeneratedBlob more = new GeneratedBlob(new Random().nextLong(), 100_000);
  private TestRegistry hub;
  private RunningLarder one;
  private RunningLarder other;
  private S3Bucket bucket;
  private ObjectStore store;

  /** Between the other larder and the store. */
  private TcpProxy proxy;

  @BeforeEach
  void start() throws Exception {
    hub = TestRegistry.start();
    hub.putImage("library/app", "1", List.of(layer, more));
    bucket = S3TestServer.get().bucket();
    store = S3ObjectStore.open(bucket, S3ObjectStore.Limits.within(1L << 30, 32));
    URI endpoint = bucket.endpoint().orElseThrow();
    proxy = new TcpProxy(new InetSocketAddress(endpoint.getHost(), endpoint.getPort()));
    one = larder(here, config(bucket.name(), endpoint, "secret"));
    one.start();
    URI cut = URI.create("http://127.0.0.1:" + proxy.port());
    other = larder(there, config(bucket.name(), cut, "secret"));
    other.start();
    pull(one, layer);
    pull(one, more);
    awaitUploaded(place(layer));
    awaitUploaded(place(more));
    hub.resetCounts();
  }

  private RunningLarder larder(Path data, BucketConfig shared) {
    RunningLarder larder = new RunningLarder(data);
    larder.upstreams.add(RunningLarder.upstream("docker.io", true, hub.url(), List.of()));
    larder.bucket = Optional.of(shared);
    return larder;
  }

  private BucketConfig config(String name, URI endpoint, String secret) {
    S3Bucket.AccessKey key = bucket.key().orElseThrow();
    return new BucketConfig.S3(
        name,
        Optional.of(endpoint),
        bucket.region(),
        bucket.prefix(),
        Optional.of(
            new BucketConfig.AccessKey(
                key.id(), new Secret(secret.equals("secret") ? key.secret() : secret))),
        true,
        Optional.empty());
  }

  @AfterEach
  void stop() throws Exception {
    one.close();
    other.close();
    proxy.close();
    store.close();
    hub.close();
  }

  private static void pull(RunningLarder larder, GeneratedBlob blob) throws IOException {
    byte[] body = larder.get("/v2/app/blobs/" + blob.digest()).body();
    assertThat(Arrays.equals(body, blob.from(0).readAllBytes())).isTrue();
  }

  private List<ObjectStore.Listed> objects() {
    try {
      return store.list("blobs/", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String place(GeneratedBlob blob) {
    String hex = blob.digest().hex();
    return "blobs/sha256/" + hex.substring(0, 2) + "/" + hex;
  }

  /** That it is listed is not enough: one of the stores lists what is being written. */
  private void awaitUploaded(String place) throws InterruptedException {
    RunningLarder.until(
        "uploaded",
        _ -> {
          try (StoredObject object = store.get(place, 0).orElse(null)) {
            return object != null;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static void awaitKept(RunningLarder larder, int blobs) throws InterruptedException {
    RunningLarder.until(
        "kept",
        _ ->
            larder.events(Event.Filled.class).stream()
                    .filter(each -> each.outcome() == Event.Outcome.KEPT)
                    .count()
                == blobs);
  }

  @Test
  void whatOneHasFetchedTheOtherNeedNot() throws Exception {
    pull(other, layer);
    pull(other, more);
    assertThat(hub.received()).isEmpty();
    awaitKept(other, 2);
    proxy.behaviour = new Behaviour.Refusing();
    pull(other, layer);
    assertThat(other.lastServed().origin()).isEqualTo(Origin.DISK);
    assertThat(other.events(Event.TierFailed.class)).isEmpty();
    assertThat(objects()).hasSize(2);
    assertThat(store.list("uploads/", "")).isEmpty();
  }

  private static final String ACCEPT = "application/vnd.oci.image.manifest.v1+json";

  private Digest pullManifest() throws Exception {
    Digest image =
        Digest.parse(
                one.get("/v2/app/manifests/1", "Accept", ACCEPT)
                    .headers()
                    .firstValue("Docker-Content-Digest")
                    .orElseThrow())
            .orElseThrow();
    String hex = image.hex();
    awaitUploaded("manifests/sha256/" + hex.substring(0, 2) + "/" + hex);
    hub.resetCounts();
    return image;
  }

  @Test
  void aManifestThatOneHasFetchedTheOtherNeedNot() throws Exception {
    Digest image = pullManifest();
    var answer = other.get("/v2/app/manifests/" + image, "Accept", ACCEPT);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Digest.of(Digest.Algorithm.SHA256, answer.body())).isEqualTo(image);
    assertThat(answer.headers().firstValue("Content-Type")).contains(ACCEPT);
    assertThat(other.lastServed().origin()).isEqualTo(Origin.BUCKET);
    assertThat(hub.received()).isEmpty();
    proxy.close();
    other.restart();
    assertThat(other.get("/v2/app/manifests/" + image, "Accept", ACCEPT).statusCode())
        .isEqualTo(200);
    assertThat(hub.received()).as("kept on the disk").isEmpty();
  }

  private void withFleetKey(String key) throws IOException {
    for (RunningLarder larder : List.of(one, other)) {
      larder.close();
      larder.fleetKey = Optional.of(new Secret(key)).filter(secret -> !key.isEmpty());
      larder.start();
    }
  }

  @Test
  void aTagThatOneHasSeenTheOtherServesWithoutUpstream() throws Exception {
    withFleetKey("0123456789abcdef0123456789abcdef");
    Digest image = pullManifest();
    RunningLarder.until("shared", _ -> listed("tags/") == 1);
    hub.script().always(_ -> true, new Fault.Status(503, "", ""));
    var answer = other.get("/v2/app/manifests/1", "Accept", ACCEPT);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Digest.of(Digest.Algorithm.SHA256, answer.body())).isEqualTo(image);
    assertThat(hub.received()).as("the deadline has travelled with it").isEmpty();
    other.later(Duration.ofMinutes(2));
    assertThat(other.get("/v2/app/manifests/1", "Accept", ACCEPT).statusCode()).isEqualTo(200);
    assertThat(hub.received()).as("it is past").isNotEmpty();
    pull(other, layer);
    assertThat(other.get("/v2/app/manifests/2", "Accept", ACCEPT).statusCode()).isEqualTo(502);
  }

  @Test
  void withoutAKeyNoTagIsShared() throws Exception {
    withFleetKey("");
    Digest image = pullManifest();
    assertThat(listed("tags/")).isZero();
    hub.script().always(_ -> true, new Fault.Status(503, "", ""));
    assertThat(other.get("/v2/app/manifests/1", "Accept", ACCEPT).statusCode()).isEqualTo(502);
    assertThat(other.get("/v2/app/manifests/" + image, "Accept", ACCEPT).statusCode())
        .isEqualTo(200);
  }

  private int listed(String folder) {
    try {
      return store.list(folder, "").size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{\"schemaVersion\":2,\"layers\":[]}", "<html>"})
  void aWrongManifestIsReplaced(String wrong) throws Exception {
    Digest image = pullManifest();
    String place = "manifests/sha256/" + image.hex().substring(0, 2) + "/" + image.hex();
    var _ = store.put(place, Body.of(wrong.getBytes(UTF_8)), new ObjectStore.Condition.Always());
    byte[] got = other.get("/v2/app/manifests/" + image, "Accept", ACCEPT).body();
    assertThat(Digest.of(Digest.Algorithm.SHA256, got)).isEqualTo(image);
    assertThat(hub.count(Received::isManifest)).isEqualTo(1);
    assertThat(other.events(Event.Damaged.class)).hasSize(1);
    RunningLarder.until(
        "replaced",
        _ -> {
          try (StoredObject object = store.get(place, 0).orElseThrow()) {
            return Arrays.equals(object.bytes().readAllBytes(), got);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @Test
  void aManifestIsHadFromUpstreamWhereTheStoreFails() throws Exception {
    Digest image = pullManifest();
    proxy.behaviour = new Behaviour.Stalling();
    assertThat(other.get("/v2/app/manifests/" + image, "Accept", ACCEPT).statusCode())
        .isEqualTo(200);
    assertThat(hub.count(Received::isManifest)).isEqualTo(1);
  }

  @Test
  void whatIsFetchedIsPutThereOnceAndNotReadAgain() throws Exception {
    assertThat(one.events(Event.Filled.class)).hasSize(2);
    String etag = objects().getFirst().etag();
    pull(one, layer);
    pull(one, more);
    assertThat(hub.received()).isEmpty();
    assertThat(objects().getFirst().etag()).isEqualTo(etag);
  }

  /** Pulls as if there were no bucket, and asks it no more after the first failure. */
  private void assertDoesWithout() throws Exception {
    pull(other, layer);
    pull(other, more);
    assertThat(hub.count(Received::isBlob)).isEqualTo(2);
    assertThat(other.events(Event.TierFailed.class))
        .filteredOn(each -> each.operation().equals("read"))
        .hasSize(1);
    awaitKept(other, 2);
  }

  @Test
  void aStoreThatIsSilentIsWaitedForOnce() throws Exception {
    proxy.behaviour = new Behaviour.Stalling();
    assertDoesWithout();
  }

  @Test
  void aStoreThatIsNotThereIsDoneWithout() throws Exception {
    proxy.close();
    assertDoesWithout();
  }

  @Test
  void aStoreThatWorksAgainIsAskedAgain() throws Exception {
    List<GeneratedBlob> blobs = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      blobs.add(new GeneratedBlob(new Random().nextLong(), 1000));
    }
    hub.putImage("library/app", "2", blobs);
    for (GeneratedBlob each : blobs) {
      pull(one, each);
      awaitUploaded(place(each));
    }
    hub.resetCounts();
    proxy.behaviour = new Behaviour.Stalling();
    pull(other, layer);
    assertThat(hub.count(Received::isBlob)).isEqualTo(1);
    proxy.behaviour = PASSING;
    int before = proxy.connections.get();
    other.later(Duration.ofMinutes(1));
    RunningLarder.until("a trial is made", _ -> proxy.connections.get() > before);
    // It may be some moments until its answer is there.
    Iterator<GeneratedBlob> next = blobs.iterator();
    RunningLarder.until(
        "it is asked again",
        _ -> {
          try {
            hub.resetCounts();
            pull(other, next.next());
            return hub.received().isEmpty();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private String token() throws IOException {
    return "Bearer " + AdminToken.find(there).token();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1000, 3_000_000})
  void whereConnectionsAreCutTheRestComesFromUpstream(int after) throws Exception {
    proxy.behaviour = new Behaviour.Cutting(after);
    pull(other, layer);
    assertThat(hub.payloadBytes(layer.digest())).isLessThanOrEqualTo(layer.size());
    awaitKept(other, 1);
  }

  @Test
  void withoutTheRightKeyOrBucketItIsDoneWithout() throws Exception {
    URI endpoint = bucket.endpoint().orElseThrow();
    for (BucketConfig wrong :
        List.of(
            config(bucket.name(), endpoint, "another"),
            config("no-such-bucket", endpoint, "secret"))) {
      other.close();
      other.events.clear();
      other.bucket = Optional.of(wrong);
      other.start();
      other.adminPost("/purge?what=" + more.digest(), "Authorization", token());
      hub.resetCounts();
      pull(other, more);
      assertThat(hub.count(Received::isBlob)).isEqualTo(1);
      assertThat(other.events(Event.TierFailed.class))
          .anyMatch(each -> String.valueOf(each.cause().getMessage()).contains("larder.bucket."));
    }
  }

  private byte[] stored() throws IOException {
    try (StoredObject object = store.get(place(more), 0).orElseThrow()) {
      return object.bytes().readAllBytes();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"empty", "short", "long", "wrong", "text"})
  void aWrongObjectIsReplaced(String how) throws Exception {
    byte[] right = more.from(0).readAllBytes();
    byte[] wrong =
        switch (how) {
          case "empty" -> new byte[0];
          case "short" -> Arrays.copyOf(right, right.length - 1);
          case "long" -> Arrays.copyOf(right, right.length + 1);
          case "wrong" -> Arrays.copyOf(right, 50_000);
          default -> "<html>not found</html>".getBytes(UTF_8);
        };
    var _ = store.put(place(more), Body.of(wrong), new ObjectStore.Condition.Always());
    try {
      byte[] got = other.get("/v2/app/blobs/" + more.digest()).body();
      assertThat(Arrays.equals(got, right)).isTrue();
    } catch (IOException cut) {
      assertThat(wrong.length).as("nothing of it may have been shown").isGreaterThan(64 * 1024);
    }
    awaitKept(other, 1);
    pull(other, more);
    assertThat(hub.count(Received::isBlob)).isEqualTo(1);
    assertThat(other.events(Event.Damaged.class)).hasSize(1);
    RunningLarder.until(
        "replaced",
        _ -> {
          try {
            return Arrays.equals(stored(), right);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @Test
  void aPurgeReachesIt() throws Exception {
    pull(other, more);
    assertThat(
            other.adminPost("/purge?what=" + more.digest(), "Authorization", token()).statusCode())
        .isEqualTo(200);
    assertThat(objects()).hasSize(1);
    pull(other, more);
    assertThat(hub.count(Received::isBlob)).isEqualTo(1);
  }

  @Test
  void aPurgeReachesWhatOnlyOthersHavePulled() throws Exception {
    withFleetKey("0123456789abcdef0123456789abcdef");
    Digest image = pullManifest();
    RunningLarder.until("shared", _ -> listed("tags/") == 1);
    assertThat(other.adminPost("/purge?what=app:1", "Authorization", token()).statusCode())
        .isEqualTo(200);
    assertThat(objects()).isEmpty();
    assertThat(listed("manifests/")).isZero();
    assertThat(listed("tags/")).isZero();
    hub.script().always(_ -> true, new Fault.Status(503, "", ""));
    assertThat(other.get("/v2/app/manifests/" + image, "Accept", ACCEPT).statusCode())
        .isEqualTo(502);
  }

  @Test
  void aPurgeThatDoesNotReachItSaysSo() throws Exception {
    proxy.close();
    var answer = other.adminPost("/purge?what=" + more.digest(), "Authorization", token());
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(new String(answer.body(), UTF_8)).contains("s3://" + bucket.name());
  }
}
