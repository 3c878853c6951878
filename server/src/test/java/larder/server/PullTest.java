package larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

/** What pulls cost, and what clients get. */
class PullTest {
  private static final String ACCEPT = "application/vnd.oci.image.manifest.v1+json";

  @TempDir Path data;
  private TestRegistry registry;
  private RunningLarder larder;
  private final GeneratedBlob layer = new GeneratedBlob(1, 3_000_000);

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.start();
    larder = RunningLarder.over(data, registry);
  }

  @AfterEach
  void stop() throws Exception {
    larder.close();
    registry.close();
  }

  @Test
  void aFirstPullByManyCostsOneRequestForEachThing() throws Exception {
    Digest image = registry.putImage("team/app", "1", List.of(layer));
    byte[] expected = layer.from(0).readAllBytes();
    List<Future<byte[]>> pulls = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 16; i++) {
        pulls.add(
            clients.submit(() -> {
              HttpResponse<byte[]> manifest =
                  larder.get("/v2/team/app/manifests/1", "Accept", ACCEPT);
              assertThat(manifest.headers().firstValue("Docker-Content-Digest"))
                  .contains(image.toString());
              return larder.get("/v2/team/app/blobs/" + layer.digest()).body();
            }));
      }
    }
    for (Future<byte[]> pull : pulls) {
      assertThat(Arrays.equals(pull.get(), expected)).isTrue();
    }
    assertThat(registry.payloadBytes(layer.digest())).isEqualTo(layer.size());
    assertThat(registry.count(Received::isBlob)).isEqualTo(1);
    assertThat(registry.count(Received::isManifest)).isEqualTo(1);
  }

  @Test
  void aSecondPullCostsNothing() throws Exception {
    registry.putImage("team/app", "1", List.of(layer));
    larder.get("/v2/team/app/manifests/1", "Accept", ACCEPT);
    larder.get("/v2/team/app/blobs/" + layer.digest());
    RunningLarder.until("kept", _ -> !larder.events(Event.Filled.class).isEmpty());
    registry.resetCounts();

    larder.get("/v2/team/app/manifests/1", "Accept", ACCEPT);
    assertThat(larder.get("/v2/team/app/blobs/" + layer.digest()).body()).hasSize(3_000_000);
    assertThat(registry.requests()).isZero();
    Event.Served last = larder.lastServed();
    assertThat(last.origin()).isEqualTo(Origin.DISK);
    assertThat(last.bytes()).isEqualTo(3_000_000);
    assertThat(last.counted()).as("the same client and digest within ten minutes").isFalse();
  }

  @Test
  void whatWasPulledIsServedWithUpstreamGoneAfterARestartAndPastItsTime() throws Exception {
    Digest image = registry.putImage("team/app", "1", List.of(layer));
    larder.get("/v2/team/app/manifests/1", "Accept", ACCEPT);
    larder.get("/v2/team/app/blobs/" + layer.digest());
    RunningLarder.until("kept", _ -> !larder.events(Event.Filled.class).isEmpty());
    registry.close();
    larder.restart();
    larder.later(Duration.ofHours(1));

    HttpResponse<byte[]> byTag = larder.head("/v2/team/app/manifests/1", "Accept", ACCEPT);
    assertThat(byTag.statusCode()).isEqualTo(200);
    assertThat(byTag.headers().firstValue("Docker-Content-Digest")).contains(image.toString());
    assertThat(byTag.headers().firstValue("Age"))
        .hasValueSatisfying(age -> assertThat(Long.parseLong(age)).isBetween(3600L, 3700L));
    assertThat(byTag.headers().firstValue("Warning"))
        .hasValueSatisfying(warning -> assertThat(warning).startsWith("299 "));
    assertThat(larder.get("/v2/team/app/manifests/" + image, "Accept", ACCEPT).statusCode())
        .isEqualTo(200);
    assertThat(larder.get("/v2/team/app/blobs/" + layer.digest()).body())
        .isEqualTo(layer.from(0).readAllBytes());
    assertThat(larder.lastServed().origin()).isEqualTo(Origin.DISK);
  }

  @Test
  void aTagIsAskedForAgainByHeadWhenItsTimeIsOver() throws Exception {
    registry.putImage("team/app", "1", List.of(layer));
    larder.get("/v2/team/app/manifests/1", "Accept", ACCEPT);
    registry.resetCounts();
    larder.later(Duration.ofMinutes(2));
    assertThat(larder.get("/v2/team/app/manifests/1", "Accept", ACCEPT).statusCode())
        .isEqualTo(200);
    assertThat(registry.received()).extracting(Received::method).containsExactly("HEAD");
    larder.get("/v2/team/app/manifests/1", "Accept", ACCEPT);
    assertThat(registry.requests()).isEqualTo(1);
  }

  @Test
  void aTagThatMovedIsSeenWhenItsTimeIsOver() throws Exception {
    registry.putImage("team/app", "1", List.of(layer));
    larder.get("/v2/team/app/manifests/1", "Accept", ACCEPT);
    Digest moved = registry.putImage("team/app", "1", List.of(new GeneratedBlob(2, 10)));
    larder.later(Duration.ofMinutes(2));
    assertThat(
            larder
                .get("/v2/team/app/manifests/1", "Accept", ACCEPT)
                .headers()
                .firstValue("Docker-Content-Digest"))
        .contains(moved.toString());
  }

  @Test
  void rangesAreSentAsAsked() throws Exception {
    registry.putBlob(layer);
    String path = "/v2/team/app/blobs/" + layer.digest();
    byte[] all = layer.from(0).readAllBytes();
    for (String range :
        List.of("bytes=0-99", "bytes=1000000-", "bytes=-5", "bytes=2999999-9999999")) {
      HttpResponse<byte[]> part = larder.get(path, "Range", range);
      assertThat(part.statusCode()).as(range).isEqualTo(206);
      String contentRange = part.headers().firstValue("Content-Range").orElseThrow();
      String[] ends = contentRange.substring(6, contentRange.indexOf('/')).split("-", 2);
      assertThat(part.body())
          .as(range)
          .isEqualTo(
              Arrays.copyOfRange(all, Integer.parseInt(ends[0]), Integer.parseInt(ends[1]) + 1));
    }
    HttpResponse<byte[]> beyond = larder.get(path, "Range", "bytes=3000000-");
    assertThat(beyond.statusCode()).isEqualTo(416);
    assertThat(beyond.headers().firstValue("Content-Range")).contains("bytes */3000000");
    assertThat(larder.get(path, "Range", "bytes=0-1,5-6").statusCode()).isEqualTo(200);
    assertThat(registry.payloadBytes(layer.digest())).isEqualTo(layer.size());
  }

  @Test
  void aHeadOfAColdBlobAsksByHead() throws Exception {
    registry.putBlob(layer);
    HttpResponse<byte[]> head = larder.head("/v2/team/app/blobs/" + layer.digest());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(3_000_000);
    assertThat(registry.received()).extracting(Received::method).containsExactly("HEAD");
    assertThat(larder.lastServed().counted()).isFalse();
  }

  @Test
  void aClientThatLeavesStopsNothing() throws Exception {
    registry.putBlob(layer);
    registry.script().once(Received::isBlob, new Fault.Rate(3_000_000));
    try (RawClient client = new RawClient(larder.port())) {
      client.send("GET /v2/team/app/blobs/" + layer.digest() + " HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.read(1000)).hasSize(1000);
    }
    RunningLarder.until("the fill ends", _ -> !larder.events(Event.Filled.class).isEmpty());
    assertThat(larder.events(Event.Filled.class))
        .extracting(Event.Filled::outcome)
        .containsExactly(Event.Outcome.KEPT);
    larder.get("/v2/team/app/blobs/" + layer.digest());
    assertThat(registry.payloadBytes(layer.digest())).isEqualTo(layer.size());
  }

  @Test
  void everyWayToNameAnUpstreamLeadsThere() throws Exception {
    try (TestRegistry other = TestRegistry.start()) {
      registry.putImage("library/app", "1", List.of(new GeneratedBlob(3, 10)));
      Digest there = other.putImage("team/app", "1", List.of(new GeneratedBlob(4, 10)));
      larder.upstreams.add(RunningLarder.upstream("other.example", false, other.url(), List.of()));
      larder.restart();

      for (String path :
          List.of(
              "/v2/team/app/manifests/1?ns=other.example",
              "/v2/team/app/manifests/1?ns=alias-of-other.example",
              "/v2/team/app/manifests/1?ns=alias%2Dof%2dother.example",
              "/v2/other.example/team/app/manifests/1",
              "/v2/alias-of-other.example/team/app/manifests/1?ns=other.example",
              "/v2/other.example/team/app/manifests/1?ns=other.example")) {
        HttpResponse<byte[]> answer = larder.get(path, "Accept", ACCEPT);
        assertThat(answer.headers().firstValue("Docker-Content-Digest"))
            .as(path)
            .contains(there.toString());
        assertThat(answer.headers().firstValue("OCI-Namespace")).contains("other.example");
      }
      for (String path :
          List.of(
              "/v2/app/manifests/1",
              "/v2/library/app/manifests/1",
              "/v2/docker.io/app/manifests/1")) {
        assertThat(larder.get(path, "Accept", ACCEPT).headers().firstValue("OCI-Namespace"))
            .as(path)
            .contains("docker.io");
      }
      registry.resetCounts();
      other.resetCounts();
      for (String path :
          List.of(
              "/v2/team/app/manifests/1?ns=elsewhere.example",
              "/v2/elsewhere.example/team/app/manifests/1",
              "/v2/localhost:1/team/app/manifests/1")) {
        HttpResponse<byte[]> refused = larder.get(path, "Accept", ACCEPT);
        assertThat(refused.statusCode()).as(path).isEqualTo(404);
        assertThat(new String(refused.body(), java.nio.charset.StandardCharsets.UTF_8))
            .contains("NAME_UNKNOWN", "larder.upstreams");
      }
      assertThat(registry.requests() + other.requests()).isZero();
    }
  }
}
