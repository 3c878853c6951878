package larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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
import larder.tiering.Events;
import larder.upstream.GeneratedBlob;
import larder.upstream.TestRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two clusters, each with a disk of its own, and the bucket between them and upstream. */
abstract class TwoClusters {
  static final Behaviour PASSING = new Behaviour.Passing();

  @TempDir Path here;
  @TempDir Path there;
  final GeneratedBlob layer = new GeneratedBlob(new Random().nextLong(), 20_000_000);
  final GeneratedBlob more = new GeneratedBlob(new Random().nextLong(), 100_000);
  TestRegistry hub;
  RunningLarder one;
  RunningLarder other;
  S3Bucket bucket;
  ObjectStore store;

  /** Between the other larder and the store. */
  TcpProxy proxy;

  @BeforeEach
  void start() throws Exception {
    hub = TestRegistry.start();
    hub.putImage("library/app", "1", List.of(layer, more));
    bucket = S3TestServer.get().bucket();
    store =
        S3ObjectStore.open(
            bucket, S3ObjectStore.Limits.within(1L << 30, 32), Events.NONE, InstantSource.system());
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

  BucketConfig config(String name, URI endpoint, String secret) {
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

  static void pull(RunningLarder larder, GeneratedBlob blob) throws IOException {
    byte[] body = larder.get("/v2/app/blobs/" + blob.digest()).body();
    assertThat(Arrays.equals(body, blob.from(0).readAllBytes())).isTrue();
  }

  List<ObjectStore.Listed> objects() {
    try {
      return store.list("blobs/", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String place(GeneratedBlob blob) {
    String hex = blob.digest().hex();
    return "blobs/sha256/" + hex.substring(0, 2) + "/" + hex;
  }

  /** That it is listed is not enough: one of the stores lists what is being written. */
  void awaitUploaded(String place) throws InterruptedException {
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

  static void awaitKept(RunningLarder larder, int blobs) throws InterruptedException {
    RunningLarder.until(
        "kept",
        _ ->
            larder.events(Event.Filled.class).stream()
                    .filter(each -> each.outcome() == Event.Outcome.KEPT)
                    .count()
                == blobs);
  }

  static final String ACCEPT = "application/vnd.oci.image.manifest.v1+json";

  Digest pullManifest() throws Exception {
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

  void withFleetKey(String key) throws IOException {
    for (RunningLarder larder : List.of(one, other)) {
      larder.close();
      larder.fleetKey = Optional.of(new Secret(key)).filter(secret -> !key.isEmpty());
      larder.start();
    }
  }

  int listed(String folder) {
    try {
      return store.list(folder, "").size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String token() throws IOException {
    return "Bearer " + AdminToken.find(there).token();
  }
}
