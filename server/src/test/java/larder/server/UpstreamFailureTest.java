package larder.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import larder.config.UpstreamConfig;
import larder.tiering.Digest;
import larder.tiering.Event;
import larder.upstream.Fault;
import larder.upstream.GeneratedBlob;
import larder.upstream.Received;
import larder.upstream.TestRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients see, and what is kept, when upstream fails. */
class UpstreamFailureTest {
  private static final String ACCEPT = "application/vnd.oci.image.manifest.v1+json";
  private static final String TAG = "/v2/team/app/manifests/1";

  @TempDir Path data;
  private TestRegistry registry;
  private RunningLarder larder;
  private final GeneratedBlob layer = new GeneratedBlob(1, 3_000_000);
  private final GeneratedBlob small = new GeneratedBlob(2, 30_000);

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.start();
    registry.putImage("team/app", "1", List.of(layer, small));
    larder = RunningLarder.over(data, registry);
  }

  @AfterEach
  void stop() throws Exception {
    larder.close();
    registry.close();
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new Fault.Status(500, "", ""), 502, "UNAVAILABLE"),
        Arguments.of(new Fault.Status(503, "", ""), 502, "UNAVAILABLE"),
        Arguments.of(new Fault.Status(429, "Retry-After", "7"), 429, "TOOMANYREQUESTS"),
        Arguments.of(new Fault.Status(403, "", ""), 403, "DENIED"),
        Arguments.of(new Fault.HangAtOnce(), 504, "UNAVAILABLE"),
        Arguments.of(new Fault.NoAnswer(true), 502, "UNAVAILABLE"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void whatWasNeverSeenIsAClearError(Fault fault, int status, String code) throws Exception {
    registry.script().always(r -> true, fault);
    for (String path : List.of(TAG, blob(layer))) {
      HttpResponse<byte[]> answer = larder.get(path, "Accept", ACCEPT);
      assertThat(answer.statusCode()).as(path).isEqualTo(status);
      assertThat(text(answer)).contains("\"code\":\"" + code + "\"", "\"message\":");
      assertThat(answer.headers().map()).doesNotContainKey("www-authenticate");
      if (status != 403) {
        assertThat(answer.headers().firstValueAsLong("Retry-After")).isPresent();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void whatWasSeenIsServed(Fault fault, int status, String code) throws Exception {
    larder.get(TAG, "Accept", ACCEPT);
    byte[] manifest = larder.get(TAG, "Accept", ACCEPT).body();
    larder.get(blob(layer));
    registry.script().always(r -> true, fault);
    larder.later(Duration.ofHours(1));

    HttpResponse<byte[]> tag = larder.get(TAG, "Accept", ACCEPT);
    if (status == 403) {
      assertThat(tag.statusCode()).as("a refusal is an answer").isEqualTo(403);
    } else {
      assertThat(tag.body()).isEqualTo(manifest);
      assertThat(tag.headers().firstValue("Warning")).isPresent();
    }
    assertThat(larder.get(blob(layer)).body()).isEqualTo(bytes(layer));
  }

  @Test
  void aTagThatUpstreamDeletedIsGone() throws Exception {
    larder.get(TAG, "Accept", ACCEPT);
    registry.script().always(Received::isManifest, new Fault.Status(404, "", ""));
    larder.later(Duration.ofMinutes(2));
    for (int i = 0; i < 2; i++) {
      HttpResponse<byte[]> gone = larder.get(TAG, "Accept", ACCEPT);
      assertThat(gone.statusCode()).isEqualTo(404);
      assertThat(text(gone)).contains("MANIFEST_UNKNOWN");
    }
  }

  @Test
  void aTagPastItsStaleTimeIsNotServed() throws Exception {
    larder.get(TAG, "Accept", ACCEPT);
    registry.script().always(r -> true, new Fault.Status(503, "", ""));
    larder.later(Duration.ofDays(8));
    assertThat(larder.get(TAG, "Accept", ACCEPT).statusCode()).isEqualTo(502);
  }

  @Test
  void aKnownTagIsServedInTimeWhileUpstreamHangs() throws Exception {
    patience(Duration.ofSeconds(60), Duration.ofSeconds(1));
    larder.get(TAG, "Accept", ACCEPT);
    registry.script().always(r -> true, new Fault.HangAtOnce());
    larder.later(Duration.ofMinutes(2));
    assertThat(timeToGetStale()).as("upstream has 60 s").isLessThan(Duration.ofSeconds(30));
    registry.script().clear();
    registry.dropConnections();
  }

  @Test
  void aKnownTagIsServedAtOnceWhileUpstreamIsKnownNotToAnswer() throws Exception {
    patience(Duration.ofSeconds(60), Duration.ofSeconds(60));
    larder.get(TAG, "Accept", ACCEPT);
    registry.script().always(r -> true, new Fault.NoAnswer(true));
    larder.later(Duration.ofMinutes(2));
    assertThat(timeToGetStale()).isLessThan(Duration.ofSeconds(30));
    registry.script().clear();
    registry.script().always(r -> true, new Fault.HangAtOnce());
    assertThat(timeToGetStale()).as("upstream has 60 s").isLessThan(Duration.ofSeconds(30));
    registry.script().clear();
    registry.dropConnections();
  }

  private void patience(Duration upstream, Duration stale) throws IOException {
    larder.upstreams.set(
        0,
        RunningLarder.upstream(
            "docker.io",
            true,
            registry.url(),
            List.of(),
            new UpstreamConfig.Timeouts(upstream, upstream, upstream, stale)));
    larder.restart();
  }

  private Duration timeToGetStale() throws Exception {
    long start = System.nanoTime();
    assertThat(larder.get(TAG, "Accept", ACCEPT).statusCode()).isEqualTo(200);
    Duration taken = Duration.ofNanos(System.nanoTime() - start);
    assertThat(larder.lastServed().stale()).isTrue();
    return taken;
  }

  @Test
  void aBreakMidwayIsNotNoticed() throws Exception {
    registry.script().times(3, Received::isBlob, new Fault.Cut(700_000, true));
    assertThat(larder.get(blob(layer)).body()).isEqualTo(bytes(layer));
    assertThat(registry.received(Received::isBlob))
        .extracting(r -> r.header("Range").orElse(""))
        .hasSize(4)
        .startsWith("");
    RunningLarder.until("the fill is told", _ -> !larder.events(Event.Filled.class).isEmpty());
    assertThat(larder.events(Event.Filled.class))
        .extracting(Event.Filled::bytes)
        .containsExactly(layer.size());
  }

  @Test
  void silenceMidwayIsNotNoticed() throws Exception {
    registry.script().once(Received::isBlob, new Fault.Hang(1_000_000));
    assertThat(larder.get(blob(layer)).body()).isEqualTo(bytes(layer));
  }

  @Test
  void moreAnswersThanThereAreConnectionsForAreLardersOwnFailure() throws Exception {
    larder.heap = 1 << 20; // for eight connections, of which one host gets seven
    larder.restart();
    larder.get(TAG, "Accept", ACCEPT);
    registry.script().always(Received::isBlob, new Fault.Rate(50_000));
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 7; i++) {
        GeneratedBlob slow = new GeneratedBlob(10 + i, 3_000_000);
        registry.putBlob(slow);
        RawClient client = new RawClient(larder.port());
        clients.add(client);
        client.send("GET " + blob(slow) + " HTTP/1.1\r\nHost: x\r\n\r\n");
      }
      RunningLarder.until("all are asked for", _ -> registry.count(Received::isBlob) == 7);
      HttpResponse<byte[]> answer = larder.get("/v2/team/app/tags/list");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(text(answer)).contains("UNAVAILABLE", "as many connections to docker.io");
      assertThat(answer.headers().firstValueAsLong("Retry-After")).isPresent();
      larder.later(Duration.ofMinutes(2));
      assertThat(larder.get(TAG, "Accept", ACCEPT).statusCode()).as("stale").isEqualTo(200);
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  static Stream<Fault> wrongBodies() {
    return Stream.of(
        new Fault.Flip(5),
        new Fault.Flip(2_999_999),
        new Fault.Shortened(1),
        new Fault.Lengthened(1, true),
        new Fault.Instead("text/html", "<html>sign in to this network</html>"),
        new Fault.Header("Content-Encoding", "gzip"));
  }

  @ParameterizedTest
  @MethodSource("wrongBodies")
  void aWrongBodyIsNeverWholeAndNothingOfItIsKept(Fault fault) throws Exception {
    registry.script().always(Received::isBlob, fault);
    for (int i = 0; i < 2; i++) {
      try {
        HttpResponse<byte[]> answer = larder.get(blob(layer));
        assertThat(answer.statusCode()).isBetween(502, 504);
        assertThat(text(answer)).contains("UNAVAILABLE");
      } catch (IOException cut) {
        RunningLarder.until(
            "the cut is told",
            _ -> larder.events(Event.Served.class).stream().anyMatch(Event.Served::aborted));
      }
    }
    assertThat(kept(layer)).isFalse();
    RunningLarder.until("the fills end", _ -> corruptFills() >= 2 && corruptFills() % 2 == 0);
    registry.script().clear();
    assertThat(larder.get(blob(layer)).body()).as("once upstream is well").isEqualTo(bytes(layer));
  }

  private long corruptFills() {
    return larder.events(Event.Filled.class).stream()
        .filter(filled -> filled.outcome() != Event.Outcome.KEPT)
        .count();
  }

  @Test
  void aMirrorIsTriedBeforeAWrongSmallBodyIsAnError() throws Exception {
    try (TestRegistry mirror = TestRegistry.start()) {
      mirror.putBlob(small);
      larder.upstreams.set(
          0, RunningLarder.upstream("docker.io", true, registry.url(), List.of(mirror.url())));
      larder.restart();
      registry.script().always(Received::isBlob, new Fault.Flip(5));
      assertThat(larder.get(blob(small)).body()).isEqualTo(bytes(small));
      assertThat(mirror.count(Received::isBlob)).isEqualTo(1);
    }
  }

  @Test
  void aMirrorIsAskedForAManifestOfWhichUpstreamSendsAnother() throws Exception {
    try (TestRegistry mirror = TestRegistry.start()) {
      Digest image = mirror.putImage("team/app", "1", List.of(layer, small));
      larder.upstreams.set(
          0, RunningLarder.upstream("docker.io", true, registry.url(), List.of(mirror.url())));
      larder.restart();
      registry
          .script()
          .always(
              Received::isManifest,
              new Fault.Instead(ACCEPT, "{\"schemaVersion\":2,\"mediaType\":\"" + ACCEPT + "\"}"));
      String path = "/v2/team/app/manifests/" + image;
      HttpResponse<byte[]> answer = larder.get(path, "Accept", ACCEPT);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(Digest.of(Digest.Algorithm.SHA256, answer.body())).isEqualTo(image);
      assertThat(mirror.count(Received::isManifest)).isEqualTo(1);
      mirror.script().always(Received::isManifest, new Fault.Status(503, "", ""));
      HttpResponse<byte[]> neither = larder.get(path, "Accept", "application/x");
      assertThat(neither.statusCode()).isEqualTo(502);
      assertThat(text(neither)).contains("wrong bytes");
    }
  }

  @Test
  void aMirrorGoesOnWhereUpstreamBroke() throws Exception {
    try (TestRegistry mirror = TestRegistry.start()) {
      mirror.putBlob(layer);
      larder.upstreams.set(
          0, RunningLarder.upstream("docker.io", true, registry.url(), List.of(mirror.url())));
      larder.restart();
      registry.script().once(Received::isBlob, new Fault.Cut(1_000_000, false));
      registry.script().always(Received::isBlob, new Fault.Status(503, "", ""));
      assertThat(larder.get(blob(layer)).body()).isEqualTo(bytes(layer));
      assertThat(mirror.payloadBytes(layer.digest())).isLessThanOrEqualTo(2_000_000 + 1024);
    }
  }

  @Test
  void aPortalsPageIsNoManifest() throws Exception {
    registry
        .script()
        .times(1, Received::isManifest, new Fault.Instead("text/html", "<html>sign in</html>"));
    assertThat(larder.get(TAG, "Accept", ACCEPT).statusCode()).isEqualTo(502);
    registry.script().clear();
    assertThat(larder.get(TAG, "Accept", ACCEPT).statusCode()).isEqualTo(200);
  }

  @Test
  void anAnswerThatSendsClientsPastLarderIsCounted() throws Exception {
    registry.script().always(r -> true, new Fault.Status(500, "", ""));
    larder.get(TAG, "Accept", ACCEPT);
    assertThat(larder.lastServed().status()).isEqualTo(502);
    assertThat(larder.admin("/metrics")).containsPattern("larder_bypass_answers_total\\{[^}]*} 1");
  }

  @Test
  void aPortalsPageIsNoList() throws Exception {
    registry.script().always(r -> true, new Fault.Instead("text/html", "<html>sign in</html>"));
    assertThat(larder.get("/v2/team/app/tags/list").statusCode()).isEqualTo(502);
  }

  @Test
  void anotherManifestThanTheOneNamedIsNotServedToANarrowAccept() throws Exception {
    String named =
        "/v2/team/other/manifests/" + registry.putImage("team/other", "1", List.of(small));
    assertThat(larder.get(named, "Accept", "application/x").statusCode()).isEqualTo(200);
    registry
        .script()
        .always(
            Received::isManifest,
            new Fault.Instead(ACCEPT, "{\"schemaVersion\":2,\"mediaType\":\"" + ACCEPT + "\"}"));
    HttpResponse<byte[]> answer = larder.get(named, "Accept", "application/x");
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(text(answer)).contains("wrong bytes");
  }

  @Test
  void aPortInUseStopsTheStart() throws Exception {
    RunningLarder second = new RunningLarder(data.resolveSibling(data.getFileName() + "-2"));
    second.upstreams.addAll(larder.upstreams);
    second.port = larder.port();
    assertThatThrownBy(second::start)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot listen on 127.0.0.1:" + larder.port());
  }

  @Test
  void thePartsOfADamagedFileAreFetchedAgain() throws Exception {
    larder.get(blob(layer));
    RunningLarder.until("kept", _ -> kept(layer));
    larder.close();
    Path file = file(layer);
    byte[] damaged = Files.readAllBytes(file);
    damaged[damaged.length - 1] ^= 1;
    Files.write(file, damaged);
    larder.start();
    // The first reader is cut when the check ends while it reads, and gets the repaired blob when
    // the
    // check has ended before.
    try {
      assertThat(larder.get(blob(layer)).body()).isEqualTo(bytes(layer));
    } catch (IOException _) {
      // Cut: told, and never whole and wrong.
    }
    assertThat(larder.get(blob(layer)).body()).isEqualTo(bytes(layer));
    RunningLarder.until("the damage is told", _ -> !larder.events(Event.Damaged.class).isEmpty());
    assertThat(larder.events(Event.Damaged.class)).hasSize(1);
  }

  @Test
  void aFileThatIsGoneOrReplacedByADirectoryIsFetchedAgain() throws Exception {
    larder.get(blob(layer));
    RunningLarder.until("kept", _ -> kept(layer));
    Files.delete(file(layer));
    assertThat(larder.get(blob(layer)).body()).isEqualTo(bytes(layer));
    RunningLarder.until("kept again", _ -> kept(layer));
    Files.delete(file(layer));
    Files.createDirectories(file(layer).resolve("in/the/way"));
    assertThat(larder.get(blob(layer)).body()).isEqualTo(bytes(layer));
    RunningLarder.until("repaired", _ -> kept(layer));
  }

  @Test
  void withoutRoomBlobsStreamThrough() throws Exception {
    larder.capacity = 1_000_000;
    larder.restart();
    assertThat(larder.get(blob(layer)).body()).isEqualTo(bytes(layer));
    assertThat(larder.get(blob(layer), "Range", "bytes=10-19").body()).hasSize(10);
    assertThat(larder.events(Event.Filled.class))
        .extracting(Event.Filled::outcome)
        .containsOnly(Event.Outcome.DECLINED);
    assertThat(kept(layer)).isFalse();
  }

  @Test
  void aBodyThatBreaksAtItsFirstByteIsAnErrorAndNotACut() throws Exception {
    for (long capacity : new long[] {1_000_000, 1L << 30}) {
      larder.capacity = capacity;
      larder.restart();
      registry.script().always(Received::isBlob, new Fault.Cut(0, true));
      for (String range : List.of("bytes=0-", "bytes=10-19")) {
        HttpResponse<byte[]> answer = larder.get(blob(layer), "Range", range);
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(text(answer)).contains("UNAVAILABLE");
      }
    }
  }

  @Test
  void aRangeBeyondTheEndIsToldAsOneWithoutRoom() throws Exception {
    larder.capacity = 1_000_000;
    larder.restart();
    HttpResponse<byte[]> answer = larder.get(blob(layer), "Range", "bytes=3000000-");
    assertThat(answer.statusCode()).isEqualTo(416);
    assertThat(answer.headers().firstValue("Content-Range")).contains("bytes */3000000");
  }

  private static String blob(GeneratedBlob blob) {
    return "/v2/team/app/blobs/" + blob.digest();
  }

  private static byte[] bytes(GeneratedBlob blob) throws IOException {
    return blob.from(0).readAllBytes();
  }

  private boolean kept(GeneratedBlob blob) {
    return Files.isRegularFile(file(blob));
  }

  private Path file(GeneratedBlob blob) {
    String hex = blob.digest().hex();
    return data.resolve("blobs/sha256").resolve(hex.substring(0, 2)).resolve(hex);
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), UTF_8);
  }
}
