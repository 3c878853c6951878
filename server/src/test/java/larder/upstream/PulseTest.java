package larder.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import larder.config.Credentials;
import larder.tiering.Digest;
import larder.tiering.Event;
import larder.tiering.Source;
import larder.tiering.SourceException.Unavailable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class PulseTest {
  private static final List<String> ANY = List.of("*/*");

  private final UpstreamFixture fixture = new UpstreamFixture();
  private TestRegistry registry;
  private Upstream upstream;

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.start();
    registry.putManifest("a", "1", TestRegistry.OCI_MANIFEST, "{}".getBytes(UTF_8));
    upstream = fixture.open(registry);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
    registry.close();
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** The thread that will ask again, once it waits to do so. */
  private Thread probing() {
    await(() -> !fixture.probing.isEmpty());
    return fixture.probing.element();
  }

  private void falls() {
    registry.script().always(r -> true, new Fault.NoAnswer(true));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Unavailable.class);
    assertThat(upstream.answering()).isFalse();
  }

  @Test
  void aTimeOutIsASilenceToo() {
    fixture.timeouts = UpstreamFixture.timeouts(200, 200, 200);
    upstream = fixture.open(registry);
    registry.script().always(r -> true, new Fault.HangAtOnce());
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Unavailable.class);
    assertThat(upstream.answering()).isFalse();
  }

  @Test
  void afterASilenceItIsProbedUntilItAnswers() {
    falls();
    fixture.probes.release(6);
    await(() -> fixture.pauses.size() == 7);
    assertThat(fixture.pauses)
        .extracting(Duration::toSeconds)
        .containsExactly(5L, 10L, 20L, 40L, 60L, 60L, 60L);
    assertThat(upstream.answering()).isFalse();
    assertThat(registry.count(r -> r.target().equals("/v2/"))).isEqualTo(6);
    assertThat(fixture.fetched(Event.Cause.PROBE)).hasSize(6);

    registry.script().clear();
    fixture.probes.release();
    await(upstream::answering);
  }

  @Test
  void anyAnswerToAnyoneEndsIt() throws Exception {
    falls();
    Thread probing = probing();
    registry.script().clear();
    upstream.manifest("a", "1", ANY);
    assertThat(upstream.answering()).isTrue();
    probing.join();
    falls();
    await(() -> fixture.pauses.size() == 2);
    assertThat(fixture.pauses).as("it begins anew").containsOnly(Pulse.FIRST_PAUSE);
    assertThat(registry.count(r -> r.target().equals("/v2/"))).isZero();
  }

  @Test
  void itKeepsNobodyFromAsking() {
    falls();
    long before = registry.requests();
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Unavailable.class);
    assertThat(registry.requests()).isEqualTo(before + 1);
  }

  @Test
  void anUnwelcomeAnswerIsAnAnswer() {
    for (int status : new int[] {401, 403, 404, 429, 500, 503}) {
      registry.script().once(r -> true, Fault.status(status));
      assertThatThrownBy(() -> upstream.manifest("a", "1", ANY));
      assertThat(upstream.answering()).as("after " + status).isTrue();
    }
  }

  @Test
  void aRegistryWhoseTokenServiceIsSilentIsProbedWithIt() throws Exception {
    registry.wantsTokens(true);
    upstream.manifest("a", "1", ANY);
    registry.revokeTokens();
    registry.script().always(Received::isToken, new Fault.NoAnswer(false));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Unavailable.class);
    assertThat(upstream.answering()).isFalse();
    fixture.probes.release();
    await(() -> fixture.pauses.size() == 2);
    assertThat(upstream.answering()).isFalse();
    registry.script().clear();
    fixture.probes.release();
    await(upstream::answering);
  }

  @Test
  void troubleWithTheLoginIsNoAnswerToAProbe(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "s3cret");
    fixture.credentials = new Credentials.PasswordFile("ci", file);
    registry.knowsOnly("ci", "s3cret");
    registry.wantsBasic(true);
    upstream = fixture.open(registry);
    upstream.manifest("a", "1", ANY);
    falls();
    Files.delete(file);
    fixture.now.updateAndGet(now -> now.plusSeconds(2));
    fixture.probes.release();
    await(() -> fixture.pauses.size() == 2 || upstream.answering());
    assertThat(upstream.answering()).isFalse();

    Files.writeString(file, "s3cret");
    registry.script().clear();
    fixture.probes.release();
    await(upstream::answering);
  }

  @Test
  void aMirrorThatAnswersKeepsItAnsweringAndComesFirst() throws Exception {
    try (TestRegistry mirror = TestRegistry.start()) {
      mirror.putManifest("a", "1", TestRegistry.OCI_MANIFEST, "{}".getBytes(UTF_8));
      upstream = fixture.open(registry, mirror);
      registry.script().always(r -> true, new Fault.NoAnswer(true));
      upstream.manifest("a", "1", ANY);
      assertThat(upstream.answering()).isTrue();
      assertThat(upstream.blob("a", Digest.of(Digest.Algorithm.SHA256, new byte[0])))
          .extracting(Source::name)
          .first()
          .isEqualTo("127.0.0.1:" + mirror.url().getPort());
      upstream.manifest("a", "1", ANY);
      assertThat(registry.count(Received::isManifest)).isEqualTo(1);
    }
  }

  @Test
  void aSilentFileStoreIsNotItsRegistry() {
    fixture.timeouts = UpstreamFixture.timeouts(1_000, 1_000, 1_000);
    upstream = fixture.open(registry);
    Digest digest = registry.putBlob(new byte[] {1, 2, 3});
    registry.redirectsBlobs(true);
    registry.script().once(Received::isCdn, new Fault.NoAnswer(true));
    registry.script().once(Received::isCdn, new Fault.HangAtOnce());
    for (boolean timeOut : new boolean[] {false, true}) {
      assertThatThrownBy(() -> upstream.blob("a", digest).getFirst().open(0))
          .isInstanceOfSatisfying(
              Unavailable.class, e -> assertThat(e.timedOut()).isEqualTo(timeOut))
          .hasMessageContaining("where the registry had redirected to");
      assertThat(upstream.answering()).isTrue();
    }
  }

  @Test
  void afterItIsClosedAskingIsAFailure() {
    upstream.close();
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Unavailable.class);
  }

  @Test
  void closingEndsTheProbes() throws Exception {
    falls();
    Thread probing = probing();
    upstream.close();
    probing.join();
    assertThat(registry.count(r -> r.target().equals("/v2/"))).isZero();
  }
}
