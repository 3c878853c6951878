package larder.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import larder.certificates.TestKeys;
import larder.tiering.SourceException.Unavailable;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptionTest {
  private static final List<String> ANY = List.of("*/*");
  private static SSLContext ssl;

  private final UpstreamFixture fixture = new UpstreamFixture();
  private TestRegistry registry;
  private TestRegistry plain;

  @BeforeAll
  static void makeCertificate(@TempDir Path folder) throws Exception {
    ssl = new TestKeys(folder).host("test", "ip:127.0.0.1").client("test");
  }

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.start(ssl.getServerSocketFactory());
    plain = TestRegistry.start();
    for (TestRegistry one : List.of(registry, plain)) {
      one.putManifest("a", "1", TestRegistry.OCI_MANIFEST, "{}".getBytes(UTF_8));
    }
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
    registry.close();
    plain.close();
  }

  private Upstream trusting() {
    fixture.tls = new DefaultClientTlsStrategy(ssl);
    return fixture.open(registry);
  }

  @Test
  void encryptedRegistriesAreRead() throws Exception {
    registry.wantsTokens(true);
    registry.redirectsBlobs(true);
    var blob = new GeneratedBlob(1, 500_000);
    registry.putBlob(blob);
    Upstream upstream = trusting();
    upstream.manifest("a", "1", ANY);
    assertThat(UpstreamFixture.read(upstream.blob("a", blob.digest()).getFirst().open(0)))
        .isEqualTo(blob.from(0).readAllBytes());
  }

  @Test
  void aRegistryThatNobodyVouchesForIsNotTrusted() {
    assertThatThrownBy(() -> fixture.open(registry).manifest("a", "1", ANY))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("TLS failed");
    assertThat(registry.requests()).isZero();
  }

  @Test
  void aRedirectDoesNotGiveUpEncryption() {
    registry.script().once(r -> true, Fault.redirect(307, plain.url() + "/v2/a/manifests/1"));
    assertThatThrownBy(() -> trusting().manifest("a", "1", ANY))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("from https to http");
    assertThat(plain.requests()).isZero();
  }

  @Test
  void aTokenServiceDoesNotGiveUpEncryption() {
    registry
        .script()
        .once(
            r -> true,
            new Fault.Status(
                401, "WWW-Authenticate", "Bearer realm=\"" + plain.url() + "/token\""));
    assertThatThrownBy(() -> trusting().manifest("a", "1", ANY))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("on http while it is on https");
    assertThat(plain.requests()).isZero();
  }

  @Test
  void aChangedSchemeIsAnotherSite() throws Exception {
    // The way up is allowed, but what was said in the clear is not repeated there.
    plain.wantsTokens(true);
    fixture.tls = new DefaultClientTlsStrategy(ssl);
    Upstream upstream = fixture.open(plain);
    upstream.manifest("a", "1", ANY);
    plain.script().once(r -> true, Fault.redirect(307, registry.url() + "/v2/a/manifests/1"));
    upstream.manifest("a", "1", ANY);
    assertThat(plain.received().getLast().header("Authorization")).isPresent();
    assertThat(registry.received())
        .singleElement()
        .satisfies(r -> assertThat(r.header("Authorization")).isEmpty());
  }
}
