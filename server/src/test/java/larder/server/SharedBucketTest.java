package larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import larder.bucket.ObjectStore;
import larder.config.BucketConfig;
import larder.config.Secret;
import larder.s3.S3Bucket;
import larder.s3.S3ObjectStore;
import larder.s3.S3TestServer;
import larder.tiering.Event;
import larder.tiering.Origin;
import larder.upstream.GeneratedBlob;
import larder.upstream.Received;
import larder.upstream.TestRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two clusters, each with a disk of its own, and the bucket between them and upstream. */
class SharedBucketTest {
  @TempDir Path here;
  @TempDir Path there;
  private final GeneratedBlob layer = new GeneratedBlob(new Random().nextLong(), 20_000_000);
  private TestRegistry hub;
  private RunningLarder one;
  private RunningLarder other;
  private ObjectStore store;

  @BeforeEach
  void start() throws Exception {
    hub = TestRegistry.start();
    hub.putImage("library/app", "1", List.of(layer));
    S3Bucket bucket = S3TestServer.get().bucket();
    store =
        S3ObjectStore.open(
            bucket, S3ObjectStore.Limits.within(1L << 30), java.time.InstantSource.system());
    one = larder(here, bucket);
    other = larder(there, bucket);
  }

  private RunningLarder larder(Path data, S3Bucket bucket) throws IOException {
    RunningLarder larder = new RunningLarder(data);
    larder.upstreams.add(RunningLarder.upstream("docker.io", true, hub.url(), List.of()));
    larder.bucket =
        Optional.of(
            new BucketConfig.S3(
                bucket.name(),
                bucket.endpoint(),
                bucket.region(),
                bucket.prefix(),
                bucket
                    .key()
                    .map(key -> new BucketConfig.AccessKey(key.id(), new Secret(key.secret()))),
                bucket.pathStyle(),
                Optional.empty()));
    larder.start();
    return larder;
  }

  @AfterEach
  void stop() throws Exception {
    one.close();
    other.close();
    store.close();
    hub.close();
  }

  private void pull(RunningLarder larder) throws IOException {
    byte[] body = larder.get("/v2/app/blobs/" + layer.digest()).body();
    assertThat(Arrays.equals(body, layer.from(0).readAllBytes())).isTrue();
  }

  private void awaitUploaded() throws InterruptedException {
    RunningLarder.until(
        "uploaded",
        _ -> {
          try {
            return !store.list("blobs/", "").isEmpty();
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  @Test
  void whatOneHasFetchedTheOtherNeedNot() throws Exception {
    pull(one);
    awaitUploaded();
    pull(other);
    assertThat(hub.count(Received::isBlob)).as("%s %s", other.events, hub.received()).isEqualTo(1);
    assertThat(hub.payloadBytes(layer.digest())).isEqualTo(layer.size());
    RunningLarder.until(
        "kept there",
        _ ->
            other.events(Event.Filled.class).stream()
                .anyMatch(each -> each.outcome() == Event.Outcome.KEPT));
    pull(other);
    assertThat(other.lastServed().origin()).isEqualTo(Origin.DISK);
    assertThat(store.list("blobs/", "")).hasSize(1);
    assertThat(store.list("uploads/", "")).isEmpty();
  }
}
