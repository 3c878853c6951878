package larder.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import java.util.function.Predicate;
import larder.tiering.Digest;
import larder.tiering.Event;
import larder.tiering.Source;
import larder.tiering.SourceException.Unavailable;
import larder.tiering.SourceException.Unknown;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectsTest {
  private static final List<String> ANY = List.of("*/*");

  private final UpstreamFixture fixture = new UpstreamFixture();
  private final GeneratedBlob blob = new GeneratedBlob(3, 100_000);
  private TestRegistry registry;
  private TestRegistry other;
  private Digest digest;
  private Upstream upstream;
  private Source source;

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.start();
    other = TestRegistry.start();
    digest = registry.putBlob(blob);
    registry.putManifest("a", "1", TestRegistry.OCI_MANIFEST, "{}".getBytes(UTF_8));
    other.putManifest("a", "1", TestRegistry.OCI_MANIFEST, "{}".getBytes(UTF_8));
    upstream = fixture.open(registry);
    source = upstream.blob("a", digest).getFirst();
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
    registry.close();
    other.close();
  }

  @Test
  void credentialsStayOnTheirSite() throws Exception {
    registry.wantsTokens(true);
    registry.redirectsBlobs(true);

    assertThat(UpstreamFixture.read(source.open(0))).isEqualTo(blob.from(0).readAllBytes());
    assertThat(UpstreamFixture.read(source.open(99_000))).hasSize(1_000);

    assertThat(registry.received(Received::isCdn)).hasSize(2);
    assertThat(registry.received(Received::isCdn))
        .allMatch(r -> r.header("Authorization").isEmpty());
    assertThat(registry.received(Received::isCdn).getLast().header("Range"))
        .contains("bytes=99000-");
    assertThat(registry.received(Received::isBlob).getLast().header("Authorization")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"port", "host"})
  void andStayAwayWhenTheRedirectsComeBack(String changed) throws Exception {
    registry.wantsTokens(true);
    fixture.names.put("localhost", InetAddress.ofLiteral("127.0.0.1"));
    upstream.manifest("a", "1", ANY);
    registry.resetCounts();
    String back = registry.url() + "/v2/a/manifests/1?back";
    String away =
        changed.equals("port")
            ? other.url() + "/away"
            : registry.url().toString().replace("127.0.0.1", "localhost") + "/away";
    Predicate<Received> isAway = r -> r.path().equals("/away");
    registry.script().once(isAway, Fault.redirect(302, back));
    other.script().once(isAway, Fault.redirect(302, back));
    registry.script().once(r -> r.query().isEmpty(), Fault.redirect(302, away));

    // Without its token the last answer is a refusal, and its cure a fresh one.
    upstream.manifest("a", "1", ANY);

    assertThat(registry.received(r -> r.query().equals("back")))
        .isNotEmpty()
        .allMatch(r -> r.header("Authorization").isEmpty());
    assertThat(registry.received(isAway)).allMatch(r -> r.header("Authorization").isEmpty());
    assertThat(other.received()).allMatch(r -> r.header("Authorization").isEmpty());
  }

  @Test
  void onTheSameSiteTheyAreKept() throws Exception {
    registry.wantsTokens(true);
    upstream.manifest("a", "1", ANY);
    registry.script().once(r -> r.query().isEmpty(), Fault.redirect(308, "./1?again"));
    upstream.manifest("a", "1", ANY);
    assertThat(registry.received().getLast().target()).isEqualTo("/v2/a/manifests/1?again");
    assertThat(registry.received().getLast().header("Authorization")).isPresent();
  }

  @Test
  void anAddressIsAskedForEachTimeAndNeverUsedAgain() throws Exception {
    registry.redirectsBlobs(true);
    registry.script().once(Received::isCdn, new Fault.Cut(50_000, true));
    registry.script().once(Received::isCdn, Fault.status(403));

    assertThatThrownBy(() -> UpstreamFixture.read(source.open(0)))
        .hasMessageContaining("broke after");
    assertThatThrownBy(() -> source.open(50_000))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("where the registry had redirected to");
    assertThat(UpstreamFixture.read(source.open(50_000))).hasSize(50_000);
    assertThat(registry.received(Received::isCdn))
        .extracting(Received::query)
        .doesNotHaveDuplicates();
    assertThat(registry.received(Received::isCdn)).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aHeadStaysAHead(int status) throws Exception {
    registry.script().once(r -> r.query().isEmpty(), Fault.redirect(status, "?again"));
    assertThat(upstream.manifestHead("a", "1", ANY).size()).hasValue(2);
    assertThat(registry.received()).extracting(Received::method).containsExactly("HEAD", "HEAD");
    assertThat(fixture.fetched(Event.Cause.MANIFEST_HEAD))
        .extracting(Event.Fetched::status)
        .containsExactly(status, 200);
    assertThat(registry.connections()).isEqualTo(1);
  }

  @Test
  void fiveAreFollowedAndNoMore() throws Exception {
    registry.script().times(5, Received::isManifest, Fault.redirect(307, "/v2/a/manifests/1"));
    upstream.manifest("a", "1", ANY);
    registry.resetCounts();
    registry.script().always(Received::isManifest, Fault.redirect(307, "/v2/a/manifests/1"));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("more than 5 redirects");
    assertThat(registry.requests()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1/",
        "http://user:secret@127.0.0.1/",
        "http://",
        "http:///x",
        "javascript:alert(1)",
        "http://127.0.0.1:99999999/",
        "http://[",
        "%"
      })
  void oneToNowhereIsAFailure(String location) {
    registry.script().always(Received::isManifest, Fault.redirect(307, location));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY))
        .isInstanceOf(Unavailable.class)
        .hasMessageNotContaining("secret");
    assertThat(registry.requests()).isEqualTo(1);
  }

  @Test
  void oneWithoutALocationIsAFailure() {
    registry.script().always(Received::isManifest, Fault.status(302));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("without a Location");
  }

  @Test
  void anAddressIsPassedOnAsItIs() throws Exception {
    String target = "//x/%2F%41?a=%2B+|&b=\"c d\"&sig=A%3D";
    registry.script().once(Received::isManifest, Fault.redirect(307, other.url() + target + "#f"));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Unknown.class);
    assertThat(other.received().getFirst().target())
        .isEqualTo("//x/%2F%41?a=%2B+%7C&b=%22c%20d%22&sig=A%3D");
  }

  @Test
  void whatAnotherRegistryLacksIsUnknownButNotWhatAFileStoreLacks() {
    registry.script().once(r -> true, Fault.redirect(307, other.url() + "/v2/x/manifests/1"));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Unknown.class);
    registry.script().once(r -> true, Fault.redirect(307, other.url() + "/x"));
    other.script().always(r -> true, new Fault.Header("Content-Type", "application/xml"));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Unavailable.class);
  }
}
