package larder.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import larder.tiering.Event;
import larder.tiering.SourceException.Unavailable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class WireTest {
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

  private void impatient() {
    fixture.timeouts = UpstreamFixture.timeouts(300, 300, 300);
    upstream = fixture.open(registry);
  }

  @Test
  void silenceInsteadOfHeadersIsATimeOut() {
    impatient();
    registry.script().always(Received::isManifest, new Fault.HangAtOnce());
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY))
        .isInstanceOfSatisfying(Unavailable.class, e -> assertThat(e.timedOut()).isTrue())
        .hasMessageContaining("manifest a:1 from 127.0.0.1")
        .hasMessageContaining("time-out");
    assertThat(fixture.fetched)
        .singleElement()
        .satisfies(f -> {
          assertThat(f.status()).isZero();
          assertThat(f.upstream()).isEqualTo("test.example");
          assertThat(f.host()).isEqualTo("127.0.0.1:" + registry.url().getPort());
        });
  }

  @Test
  void headersThatComeByteByByteAreATimeOut() throws Exception {
    impatient();
    try (var dripping = new Dripping("HTTP/1.1 200 OK\r\nX: ", false)) {
      Upstream slow = fixture.open(dripping.url(), List.of());
      assertThatThrownBy(() -> slow.manifest("a", "1", ANY))
          .isInstanceOfSatisfying(Unavailable.class, e -> assertThat(e.timedOut()).isTrue())
          .hasMessageContaining("no answer within 0.6 s");
    }
  }

  @Test
  void endlessInformationIsATimeOut() throws Exception {
    impatient();
    try (var dripping = new Dripping("HTTP/1.1 103 Early Hints\r\n\r\n", true)) {
      Upstream slow = fixture.open(dripping.url(), List.of());
      assertThatThrownBy(() -> slow.manifest("a", "1", ANY))
          .isInstanceOfSatisfying(Unavailable.class, e -> assertThat(e.timedOut()).isTrue());
    }
  }

  /** Sends a start, then goes on for ever: with the start again, or with one letter at a time. */
  private static final class Dripping implements AutoCloseable {
    private final ServerSocket listener =
        new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));

    Dripping(String start, boolean again) throws Exception {
      Thread.ofVirtual()
          .start(() -> {
            try (var socket = listener.accept()) {
              var out = socket.getOutputStream();
              out.write(start.getBytes(UTF_8));
              while (true) {
                out.write(again ? start.getBytes(UTF_8) : new byte[] {'x'});
                Thread.sleep(10);
              }
            } catch (java.io.IOException | InterruptedException e) {
              // The client has had enough.
            }
          });
    }

    URI url() {
      return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    @Override
    public void close() throws Exception {
      listener.close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noAnswerIsAFailure(boolean reset) {
    registry.script().always(Received::isManifest, new Fault.NoAnswer(reset));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY))
        .isInstanceOfSatisfying(Unavailable.class, e -> assertThat(e.timedOut()).isFalse());
    assertThat(registry.requests()).isEqualTo(1);
    assertThat(fixture.fetched).hasSize(1);
  }

  @Test
  void nobodyThereIsAFailure() throws Exception {
    registry.close();
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("refused");
    Upstream nowhere = fixture.open(URI.create("http://no.such.host.invalid"), List.of());
    assertThatThrownBy(() -> nowhere.manifest("a", "1", ANY))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("does not resolve");
  }

  @Test
  void aConnectionThatWasDroppedWhileIdleIsReplaced() throws Exception {
    upstream.manifest("a", "1", ANY);
    registry.dropConnections();
    upstream.manifest("a", "1", ANY);
    assertThat(registry.received()).hasSize(2);
    assertThat(fixture.fetched(Event.Cause.MANIFEST)).hasSize(2);
  }

  @Test
  void headersBeyondBoundsAreAFailure() {
    registry.script().once(r -> true, new Fault.Header("X", "x".repeat(9_000)));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Unavailable.class);
    Fault[] many = new Fault[201];
    for (int i = 0; i < many.length; i++) {
      many[i] = new Fault.Header("X" + i, "x");
    }
    registry.script().once(r -> true, many);
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Unavailable.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HELLO\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "\0\0\0\0", "SSH-2.0-x\r\n"})
  void garbageIsAFailure(String text) throws Exception {
    impatient();
    try (var dripping = new Dripping(text, true)) {
      Upstream strange = fixture.open(dripping.url(), List.of());
      assertThatThrownBy(() -> strange.manifest("a", "1", ANY)).isInstanceOf(Unavailable.class);
    }
  }

  @Test
  void aManifestBeyondItsBoundIsAFailureAndIsNotReadToItsEnd() {
    String large = "{\"a\":\"" + "x".repeat(Upstream.LARGEST_MANIFEST) + "\"}";
    Fault instead = new Fault.Instead("application/json", large);
    registry.script().once(Received::isManifest, instead);
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("longer than the 4194304 bytes");
    assertThat(fixture.fetched.element().bytes()).isZero();
    registry.script().once(Received::isManifest, instead, new Fault.NoLength(true));
    assertThatThrownBy(() -> upstream.manifest("a", "1", ANY)).isInstanceOf(Unavailable.class);
  }

  @Test
  void whatIsNoManifestIsAFailure() throws Exception {
    impatient();
    for (Fault fault :
        List.of(
            Fault.page(),
            Fault.gzip(),
            new Fault.Instead("application/json", "[]"),
            new Fault.Instead("application/json", "{}{}"),
            new Fault.Instead("a/b", "{\"mediaType\":\"c/d\"}"),
            new Fault.Cut(1, false),
            new Fault.Hang(1),
            new Fault.Code(204),
            new Fault.Code(206))) {
      registry.script().once(Received::isManifest, fault);
      assertThatThrownBy(() -> upstream.manifest("a", "1", ANY))
          .as(fault.toString())
          .isInstanceOf(Unavailable.class);
    }
    registry
        .script()
        .once(Received::isManifest, new Fault.Instead("text/plain", "{\"mediaType\":\"c/d\"}"));
    assertThat(upstream.manifest("a", "1", ANY).mediaType()).isEqualTo("c/d");
  }
}
