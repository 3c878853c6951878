package larder.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
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
import larder.server.TcpProxy.Behaviour;
import larder.tiering.Digest;
import larder.tiering.Event;
import larder.upstream.GeneratedBlob;
import larder.upstream.Received;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of a bucket that fails, and of wrong objects in it. */
class SharedBucketFailureTest extends TwoClusters {
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

  static List<Behaviour> failingAtOnce() {
    return List.of(new Behaviour.Refusing(), new Behaviour.Throttling());
  }

  @ParameterizedTest
  @MethodSource("failingAtOnce")
  void aStoreThatFailsAtOnceIsSoonLeftAlone(Behaviour failing) throws Exception {
    List<GeneratedBlob> blobs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      blobs.add(new GeneratedBlob(new Random().nextLong(), 1000));
    }
    hub.putImage("library/app", "2", blobs);
    proxy.behaviour = failing;
    for (GeneratedBlob each : blobs) {
      pull(other, each);
    }
    assertThat(hub.count(Received::isBlob)).isEqualTo(blobs.size());
    assertThat(other.events(Event.TierFailed.class))
        .filteredOn(each -> each.operation().equals("read"))
        .hasSize(5);
    awaitKept(other, blobs.size());
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
}
