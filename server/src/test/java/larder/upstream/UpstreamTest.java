package larder.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import larder.tiering.Digest;
import larder.tiering.Event;
import larder.tiering.Source;
import larder.tiering.SourceException;
import larder.tiering.SourceException.Throttled;
import larder.tiering.SourceException.Unavailable;
import larder.tiering.SourceException.Unknown;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UpstreamTest {
  private static final List<String> ACCEPT = List.of(TestRegistry.OCI_MANIFEST, "*/*");
  private static final byte[] MANIFEST =
      ("{\"schemaVersion\":2,\"mediaType\":\"" + TestRegistry.OCI_MANIFEST + "\"}").getBytes(UTF_8);

  private final UpstreamFixture fixture = new UpstreamFixture();
  private TestRegistry registry;

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.start();
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
    registry.close();
  }

  @Test
  void readsManifestsByTagAndDigestAndTellsOfThemByHead() throws Exception {
    Digest digest = registry.putManifest("a/b", "1", TestRegistry.OCI_MANIFEST, MANIFEST);
    Upstream upstream = fixture.open(registry);

    Manifest byTag = upstream.manifest("a/b", "1", ACCEPT);
    assertThat(byTag.body()).isEqualTo(MANIFEST);
    assertThat(byTag.mediaType()).isEqualTo(TestRegistry.OCI_MANIFEST);
    assertThat(upstream.manifest("a/b", digest.toString(), ACCEPT).body()).isEqualTo(MANIFEST);
    assertThat(upstream.manifestHead("a/b", "1", ACCEPT))
        .isEqualTo(
            new ManifestHead(
                Optional.of(digest),
                Optional.of(TestRegistry.OCI_MANIFEST),
                OptionalLong.of(MANIFEST.length)));

    assertThat(registry.received())
        .allSatisfy(r -> {
          assertThat(r.header("Accept")).contains(TestRegistry.OCI_MANIFEST + ", */*");
          assertThat(r.header("Accept-Encoding")).contains("identity");
          assertThat(r.header("User-Agent")).contains("larder/test");
          assertThat(r.headers())
              .doesNotContainKeys("upgrade", "cookie", "authorization", "expect");
        });
    assertThat(registry.connections()).isEqualTo(1);
    assertThat(fixture.fetched(Event.Cause.MANIFEST))
        .extracting(Event.Fetched::bytes)
        .containsExactly((long) MANIFEST.length, (long) MANIFEST.length);
    assertThat(fixture.fetched(Event.Cause.MANIFEST_HEAD))
        .extracting(Event.Fetched::status)
        .containsExactly(200);
  }

  @Test
  void readsBlobsWholeAndFromAByteOnAndKeepsTheConnection() throws Exception {
    var blob = new GeneratedBlob(7, 300_000);
    Digest digest = registry.putBlob(blob);
    Upstream upstream = fixture.open(registry);
    Source source = upstream.blob("a/b", digest).getFirst();

    Source.Answer whole = source.open(0);
    assertThat(whole.size()).hasValue(300_000);
    assertThat(whole.offset()).isZero();
    assertThat(UpstreamFixture.read(whole)).isEqualTo(blob.from(0).readAllBytes());
    Source.Answer part = source.open(123_456);
    assertThat(part.size()).hasValue(300_000);
    assertThat(part.offset()).isEqualTo(123_456);
    assertThat(UpstreamFixture.read(part)).isEqualTo(blob.from(123_456).readAllBytes());
    assertThat(upstream.blobSize("a/b", digest)).hasValue(300_000);

    assertThat(registry.received())
        .extracting(r -> r.method() + " " + r.header("Range").orElse("-"))
        .containsExactly("GET -", "GET bytes=123456-", "HEAD -");
    assertThat(registry.payloadBytes(digest)).isEqualTo(300_000 + 300_000 - 123_456);
    assertThat(registry.connections()).isEqualTo(1);
    assertThat(fixture.fetched(Event.Cause.BLOB))
        .extracting(Event.Fetched::bytes)
        .containsExactly(300_000L, 300_000L - 123_456);
  }

  @Test
  void passesListsOn() throws Exception {
    registry.putManifest("a/b", "1", TestRegistry.OCI_MANIFEST, MANIFEST);
    registry
        .script()
        .once(r -> true, new Fault.Header("Link", "</v2/a/b/tags/list?n=1>; rel=\"next\""));
    Upstream upstream = fixture.open(registry);

    Listing listing = upstream.listing("a/b", "tags/list", "n=1&last=x|y", Event.Cause.TAG_LIST);
    assertThat(new String(listing.body(), UTF_8)).contains("\"1\"");
    assertThat(listing.status()).isEqualTo(200);
    assertThat(listing.contentType()).contains("application/json");
    assertThat(listing.link()).isPresent();
    assertThat(registry.received().getFirst().query()).isEqualTo("n=1&last=x%7Cy");
    assertThatThrownBy(
            () -> upstream.listing("a/b", "referrers/sha256:0", "", Event.Cause.REFERRERS))
        .isInstanceOf(Unknown.class);
  }

  @Test
  void getsATokenWhereOneIsWanted() throws Exception {
    registry.wantsTokens(true);
    registry.putManifest("a/b", "1", TestRegistry.OCI_MANIFEST, MANIFEST);
    Upstream upstream = fixture.open(registry);

    upstream.manifest("a/b", "1", ACCEPT);
    upstream.manifest("a/b", "1", ACCEPT);

    assertThat(registry.received())
        .extracting(Received::target)
        .containsExactly(
            "/v2/a/b/manifests/1",
            "/token?service=test-registry&scope=repository:a/b:pull",
            "/v2/a/b/manifests/1",
            "/v2/a/b/manifests/1");
  }

  @Test
  void tellsAnswersFromFailures() throws Exception {
    Upstream upstream = fixture.open(registry);
    assertThatThrownBy(() -> upstream.manifest("a/b", "1", ACCEPT))
        .isInstanceOf(Unknown.class)
        .hasMessageContaining("manifest a/b:1");
    registry.script().once(r -> true, Fault.throttled("7"));
    assertThatThrownBy(() -> upstream.manifest("a/b", "1", ACCEPT))
        .isInstanceOfSatisfying(
            Throttled.class,
            e -> assertThat(e.retryAfter()).contains(java.time.Duration.ofSeconds(7)));
    registry.script().once(r -> true, Fault.status(500));
    assertThatThrownBy(() -> upstream.manifest("a/b", "1", ACCEPT)).isInstanceOf(Unavailable.class);
    registry.script().once(r -> true, Fault.status(403));
    assertThatThrownBy(() -> upstream.manifest("a/b", "1", ACCEPT))
        .isInstanceOf(SourceException.Denied.class);
  }

  @Test
  void asksMirrorsInOrderWhenTheUrlFails() throws Exception {
    try (TestRegistry without = TestRegistry.start();
        TestRegistry mirror = TestRegistry.start()) {
      mirror.putManifest("a/b", "1", TestRegistry.OCI_MANIFEST, MANIFEST);
      Upstream upstream = fixture.open(registry, without, mirror);
      registry.script().always(r -> true, Fault.status(503));
      assertThat(upstream.manifest("a/b", "1", ACCEPT).body()).isEqualTo(MANIFEST);
      assertThat(without.requests()).isEqualTo(1);
      assertThat(upstream.blob("a/b", Digest.of(Digest.Algorithm.SHA256, MANIFEST)))
          .extracting(Source::name)
          .containsExactly(
              "127.0.0.1:" + registry.url().getPort(),
              "127.0.0.1:" + without.url().getPort(),
              "127.0.0.1:" + mirror.url().getPort());

      registry.script().clear();
      assertThatThrownBy(() -> upstream.manifest("a/b", "1", ACCEPT)).isInstanceOf(Unknown.class);
    }
  }
}
