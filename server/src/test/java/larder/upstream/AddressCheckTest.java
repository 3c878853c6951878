package larder.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import larder.tiering.SourceException.Unavailable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressCheckTest {
  private final UpstreamFixture fixture = new UpstreamFixture();
  private TestRegistry registry;

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.start();
    registry.putManifest(
        "a",
        "1",
        "application/json",
        "{\"mediaType\":\"x/y\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
    registry.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "2130706433",
        "0x7f000001",
        "127.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[0:0:0:0:0:ffff:7f00:1]",
        "made.up"
      })
  void noNotationOfAPrivateAddressIsGoneTo(String host) {
    fixture.allowPrivate = false;
    fixture.names.put("made.up", InetAddress.ofLiteral("127.0.0.1"));
    URI url = URI.create("http://" + host + ":" + registry.url().getPort());
    Upstream upstream = fixture.open(url, List.of());

    assertThatThrownBy(() -> upstream.manifest("a", "1", List.of("*/*")))
        .isInstanceOf(Unavailable.class)
        .satisfies(e ->
            assertThat(e.getMessage())
                .matches(m -> m.contains("resolved to") || m.contains("does not resolve")));
    assertThat(registry.connections()).isZero();
  }

  @Test
  void theMessageSaysWhatPermitsIt() {
    fixture.allowPrivate = false;
    Upstream upstream = fixture.open(registry);
    assertThatThrownBy(() -> upstream.manifest("a", "1", List.of("*/*")))
        .hasMessageContaining("127.0.0.1 resolved to 127.0.0.1, a private address")
        .hasMessageContaining("`allow-private-addresses: true` on upstream test.example");
    assertThat(upstream.answering()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "2130706433", "made.up"})
  void wherePermittedTheyAre(String host) throws Exception {
    fixture.names.put("made.up", InetAddress.ofLiteral("127.0.0.1"));
    fixture.names.put("localhost", InetAddress.ofLiteral("127.0.0.1"));
    URI url = URI.create("http://" + host + ":" + registry.url().getPort());
    assertThat(fixture.open(url, List.of()).manifest("a", "1", List.of("*/*")).mediaType())
        .isEqualTo("x/y");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/",
        "http://2852039166/latest/",
        "http://0xa9fea9fe/latest/",
        "http://[::ffff:169.254.169.254]/latest/",
        "http://[fe80::1]/",
        "http://metadata.made.up/"
      })
  void linkLocalAddressesAreNeverGoneTo(String location) {
    fixture.names.put("metadata.made.up", InetAddress.ofLiteral("169.254.169.254"));
    Upstream upstream = fixture.open(registry);
    registry.script().once(r -> true, Fault.redirect(307, location));
    assertThatThrownBy(() -> upstream.manifest("a", "1", List.of("*/*")))
        .isInstanceOf(Unavailable.class)
        .satisfies(e ->
            assertThat(e.getMessage())
                .matches(m -> m.contains("never allowed") || m.contains("does not resolve")));
  }

  @Test
  void aTokenServiceIsCheckedToo() {
    Upstream upstream = fixture.open(registry);
    registry
        .script()
        .once(
            r -> true,
            new Fault.Status(
                401, "WWW-Authenticate", "Bearer realm=\"http://169.254.169.254/token\""));
    assertThatThrownBy(() -> upstream.manifest("a", "1", List.of("*/*")))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("never allowed");
  }
}
