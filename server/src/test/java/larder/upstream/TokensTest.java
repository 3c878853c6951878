package larder.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import larder.tiering.Event;
import larder.tiering.SourceException.Denied;
import larder.tiering.SourceException.Throttled;
import larder.tiering.SourceException.Unavailable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
  private static final List<String> ANY = List.of("*/*");

  private final UpstreamFixture fixture = new UpstreamFixture();
  private TestRegistry registry;
  private Upstream upstream;

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.start();
    registry.wantsTokens(true);
    for (String repository : List.of("a", "b", "c/d")) {
      registry.putManifest(repository, "1", TestRegistry.OCI_MANIFEST, "{}".getBytes(UTF_8));
    }
    upstream = fixture.open(registry);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
    registry.close();
  }

  private long tokenRequests() {
    return registry.count(Received::isToken);
  }

  @Test
  void manyWhoNeedOneTokenShareOneExchange() throws Exception {
    registry.script().always(Received::isToken, new Fault.Latency(Duration.ofMillis(100)));
    allAtOnce(50, () -> upstream.manifest("a", "1", ANY));
    assertThat(tokenRequests()).isEqualTo(1);
    assertThat(fixture.fetched(Event.Cause.TOKEN)).hasSize(1);
  }

  @Test
  void theyShareItsFailureWhichIsNotKept() throws Exception {
    registry
        .script()
        .once(Received::isToken, Fault.status(500), new Fault.Latency(Duration.ofMillis(300)));
    List<Exception> failures =
        allAtOnce(
            20,
            () -> {
              try {
                return upstream.manifest("a", "1", ANY);
              } catch (Unavailable e) {
                throw new SharedFailure(e);
              }
            });
    assertThat(failures).hasSize(20).allMatch(e -> e.getCause() instanceof SharedFailure);
    assertThat(tokenRequests()).isEqualTo(1);

    upstream.manifest("a", "1", ANY);
    assertThat(tokenRequests()).isEqualTo(2);
  }

  private static final class SharedFailure extends Exception {
    private static final long serialVersionUID = 1;

    SharedFailure(Throwable cause) {
      super(cause);
    }
  }

  private static List<Exception> allAtOnce(int threads, Callable<?> task) throws Exception {
    List<Exception> failures = new ArrayList<>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Object>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(executor.submit(task::call));
      }
      for (Future<?> one : all) {
        try {
          one.get();
        } catch (java.util.concurrent.ExecutionException e) {
          if (!(e.getCause() instanceof SharedFailure)) {
            throw e;
          }
          failures.add(e);
        }
      }
    }
    return failures;
  }

  @Test
  void aKnownChallengeIsNotWaitedForInOtherRepositories() throws Exception {
    upstream.manifest("a", "1", ANY);
    registry.resetCounts();
    upstream.manifest("c/d", "1", ANY);
    assertThat(registry.received())
        .extracting(Received::target)
        .containsExactly(
            "/token?service=test-registry&scope=repository:c/d:pull", "/v2/c/d/manifests/1");
  }

  @Test
  void aRegistryThatWantsAnotherScopeGetsIt() throws Exception {
    upstream.manifest("a", "1", ANY);
    registry.resetCounts();
    registry
        .script()
        .once(
            Received::isManifest,
            new Fault.Status(
                401,
                "WWW-Authenticate",
                "Basic realm=\"x\", Bearer realm=\""
                    + registry.url()
                    + "/token?account=larder\",scope=\"repository:b:pull other:*:list\""));
    upstream.manifest("b", "1", ANY);
    assertThat(registry.received(Received::isToken))
        .extracting(Received::target)
        .contains("/token?account=larder&scope=repository:b:pull&scope=other:%2A:list");
  }

  @Test
  void aRefusedTokenIsReplacedOnce() throws Exception {
    upstream.manifest("a", "1", ANY);
    registry.revokeTokens();
    upstream.manifest("a", "1", ANY);
    assertThat(tokenRequests()).isEqualTo(2);
    assertThat(registry.count(Received::isManifest)).isEqualTo(4);
  }

  @Test
  void aRefusalWithAnOldTokenIsNoAnswerAndOneWithAFreshTokenIs() throws Exception {
    upstream.manifest("a", "1", ANY);
    registry.script().once(Received::isManifest, Fault.status(403));
    upstream.manifest("a", "1", ANY);
    assertThat(tokenRequests()).isEqualTo(2);

    registry.resetCounts();
    registry.script().always(Received::isManifest, Fault.status(403));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Denied.class);
    assertThat(tokenRequests()).isEqualTo(1);
    assertThat(registry.count(Received::isManifest)).isEqualTo(2);
  }

  @Test
  void aFreshTokenThatIsRefusedIsNotReplaced() {
    registry
        .script()
        .always(Received::isToken, new Fault.Instead("text/json", "{\"token\":\"x\"}"));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Denied.class);
    assertThat(tokenRequests()).isEqualTo(1);
    assertThat(registry.count(Received::isManifest)).isEqualTo(2);
  }

  @Test
  void tokensAreReplacedBeforeTheyExpire() throws Exception {
    upstream.manifest("a", "1", ANY);
    fixture.now.updateAndGet(now -> now.plusSeconds(269));
    upstream.manifest("a", "1", ANY);
    assertThat(tokenRequests()).isEqualTo(1);
    fixture.now.updateAndGet(now -> now.plusSeconds(2));
    upstream.manifest("a", "1", ANY);
    assertThat(tokenRequests()).isEqualTo(2);
    assertThat(registry.count(Received::isManifest)).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html></html>",
        "",
        "[]",
        "{}",
        "{\"token\":\"\"}",
        "{\"token\":\"a\\r\\nX: y\"}",
        "{\"token\":{}}"
      })
  void nonsenseFromATokenServiceIsAFailure(String text) {
    registry.script().always(Received::isToken, new Fault.Instead("text/json", text));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("token for repository:a:pull from 127.0.0.1");
  }

  @Test
  void aTokenServiceThatSendsTooMuchIsAFailure() {
    registry
        .script()
        .always(
            Received::isToken,
            new Fault.Instead("text/json", " ".repeat(65 * 1024)),
            new Fault.NoLength(true));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("longer than the 65536 bytes");
  }

  @Test
  void aTokenServiceThatFailsIsAFailureAndOneThatRefusesAnAnswer() {
    registry.script().once(Received::isToken, Fault.status(502));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Unavailable.class);
    registry.script().once(Received::isToken, Fault.status(404));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Unavailable.class);
    registry.script().once(Received::isToken, Fault.throttled("9"));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY))
        .isInstanceOfSatisfying(
            Throttled.class, e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(9)));
    registry.script().once(Received::isToken, Fault.status(403));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Denied.class);
    registry.script().once(Received::isToken, new Fault.Header("Content-Encoding", "gzip"));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Unavailable.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic realm=\"x\"", "", "Negotiate"})
  void aRegistryThatWantsMoreThanATokenDenies(String challenge) {
    registry
        .script()
        .always(Received::isManifest, new Fault.Status(401, "WWW-Authenticate", challenge));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Denied.class);
    assertThat(registry.requests()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/token", "file:///etc/passwd", "http://u:p@127.0.0.1/", "http://["})
  void aTokenServiceAtNoUsableAddressIsAFailure(String realm) {
    registry
        .script()
        .always(
            Received::isManifest,
            new Fault.Status(401, "WWW-Authenticate", "Bearer realm=\"" + realm + "\""));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Unavailable.class);
    assertThat(registry.requests()).isEqualTo(1);
  }
}
