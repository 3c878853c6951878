package larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import larder.server.TcpProxy.Behaviour;
import larder.tiering.Digest;
import larder.tiering.Event;
import larder.tiering.Origin;
import larder.upstream.Fault;
import larder.upstream.GeneratedBlob;
import org.junit.jupiter.api.Test;

/** What one cluster has fetched serves the other. */
class SharedBucketTest extends TwoClusters {
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

  @Test
  void whatIsFetchedIsPutThereOnceAndNotReadAgain() throws Exception {
    assertThat(one.events(Event.Filled.class)).hasSize(2);
    String etag = objects().getFirst().etag();
    pull(one, layer);
    pull(one, more);
    assertThat(hub.received()).isEmpty();
    assertThat(objects().getFirst().etag()).isEqualTo(etag);
  }

  /** What it asked the store, its tries at the start apart. */
  private static List<String> asked(RunningLarder larder) {
    return larder.events(Event.Stored.class).stream()
        .map(each -> each.operation() + " " + each.status())
        .toList();
  }

  private static void forgetWhatWasAsked(RunningLarder larder) throws InterruptedException {
    RunningLarder.until(
        "it has tried what the store can do",
        _ -> asked(larder).stream().filter(each -> each.startsWith("DeleteObject")).count() >= 3);
    larder.events.clear();
  }

  @Test
  void eachRequestToTheBucketIsForSomething() throws Exception {
    GeneratedBlob blob = new GeneratedBlob(new Random().nextLong(), 3_000_000);
    hub.putImage("library/app", "2", List.of(blob));
    hub.resetCounts();
    forgetWhatWasAsked(one);
    forgetWhatWasAsked(other);
    pull(one, blob);
    awaitUploaded(place(blob));
    RunningLarder.until("all is told", _ -> asked(one).size() >= 2);
    assertThat(asked(one)).as("a miss").containsExactly("GetObject 404", "PutObject 200");
    assertThat(one.events(Event.Stored.class))
        .extracting(Event.Stored::sent)
        .containsExactly(0L, blob.size());
    one.events.clear();
    pull(one, blob);
    assertThat(asked(one)).as("a hit of the disk").isEmpty();
    pull(other, blob);
    awaitKept(other, 1);
    assertThat(asked(other)).as("a hit of the bucket").containsExactly("GetObject 206");
    assertThat(other.events(Event.Stored.class))
        .extracting(Event.Stored::received)
        .containsExactly(blob.size());
    assertThat(hub.payloadBytes(blob.digest())).isEqualTo(blob.size());
  }

  @Test
  void aLargeBlobIsReadInRangesWithoutOverlap() throws Exception {
    forgetWhatWasAsked(other);
    pull(other, layer);
    awaitKept(other, 1);
    assertThat(asked(other)).hasSize(5).containsOnly("GetObject 206");
    assertThat(other.events(Event.Stored.class).stream().mapToLong(Event.Stored::received).sum())
        .isEqualTo(layer.size());
  }
}
