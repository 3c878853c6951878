package larder.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import larder.certificates.Authorities;
import larder.certificates.CertifiedKey;
import larder.certificates.PemFile;
import larder.certificates.TestKeys;
import larder.config.TlsFiles;
import larder.http.LogTrap;
import larder.tiering.SourceException.Unavailable;
import larder.tiering.SourceException.Unknown;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An upstream with an authority of its own, which asks larder for a certificate. */
class CertificatesTest {
  private static final List<String> ANY = List.of("*/*");
  private static TestKeys keys;

  @TempDir private Path folder;
  private final UpstreamFixture fixture = new UpstreamFixture();
  private final Queue<String> shown = new ConcurrentLinkedQueue<>();
  private final Queue<String> shownToSecond = new ConcurrentLinkedQueue<>();
  private TestRegistry registry;
  private TestRegistry second;
  private Path authorities;
  private Path certificate;
  private Path key;

  @BeforeAll
  static void makeKeys(@TempDir Path made) throws Exception {
    keys =
        new TestKeys(made)
            .host("server", "ip:127.0.0.1,dns:localhost")
            .host("elsewhere", "dns:elsewhere.example")
            .host("registry", "dns:registry.example")
            .host("client", "dns:client")
            .make("other", "RSA", "CN=other");
  }

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.start(new AskingSockets(keys, "server", shown));
    second = TestRegistry.start(new AskingSockets(keys, "server", shownToSecond));
    for (TestRegistry one : List.of(registry, second)) {
      one.putManifest("a", "1", TestRegistry.OCI_MANIFEST, "{}".getBytes(UTF_8));
    }
    authorities =
        Files.writeString(folder.resolve("ca.pem"), "# ours\n" + keys.certificatePem("server"));
    certificate = Files.writeString(folder.resolve("client.pem"), keys.certificatePem("client"));
    key = Files.writeString(folder.resolve("client.key"), keys.keyPem("client"));
    fixture.tlsFiles =
        new TlsFiles(Optional.of(authorities), Optional.of(new TlsFiles.Own(certificate, key)));
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
    registry.close();
    second.close();
  }

  private static void pull(Upstream upstream) throws Exception {
    assertThat(upstream.manifest("a", "1", ANY).body()).hasSize(2);
  }

  private void later() {
    fixture.now.updateAndGet(now -> now.plusSeconds(2));
  }

  private static void change(Path file, String text) throws Exception {
    FileTime before = Files.getLastModifiedTime(file);
    Files.writeString(file, text);
    // Two changes within one tick of the file system's clock would be one.
    Files.setLastModifiedTime(file, FileTime.from(before.toInstant().plus(Duration.ofSeconds(5))));
  }

  @Test
  void theUrlsSiteSeesTheCertificate() throws Exception {
    pull(fixture.open(registry));
    assertThat(shown).containsOnly("CN=client");
  }

  @Test
  void withoutTheAuthorityTheHostIsNotTrusted() {
    fixture.tlsFiles = new TlsFiles(Optional.empty(), fixture.tlsFiles.own());
    assertThatThrownBy(() -> pull(fixture.open(registry)))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("TLS failed");
    assertThat(registry.requests()).isZero();
  }

  @Test
  void theJdksAuthoritiesStayTrusted() throws Exception {
    int own = Authorities.ofJdk().certificates().size();
    assertThat(own).isPositive();
    List<X509Certificate> more = new PemFile("ca-file", authorities).certificates();
    assertThat(Authorities.ofJdk().and(more).certificates())
        .hasSize(own + 1)
        .containsAll(Authorities.ofJdk().certificates());
  }

  @Test
  void anAuthorityDoesNotVouchForAnotherName() throws Exception {
    Files.writeString(authorities, keys.certificatePem("elsewhere"));
    try (TestRegistry named = TestRegistry.start(new AskingSockets(keys, "elsewhere", shown))) {
      assertThatThrownBy(() -> pull(fixture.open(named)))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("TLS failed");
      assertThat(named.requests()).isZero();
    }
  }

  @Test
  void aKeyIsTakenOnlyWithItsOwnCertificate() throws Exception {
    assertThat(own().chain()).hasSize(1);
    for (String another : List.of("elsewhere", "other")) {
      Files.writeString(key, keys.keyPem(another));
      assertThatThrownBy(() -> own())
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("client-key-file: " + key + " ");
    }
    Files.writeString(certificate, keys.certificatePem("other") + keys.certificatePem("client"));
    assertThat(own().chain()).hasSize(2);
  }

  private CertifiedKey own() throws IOException {
    return CertifiedKey.read(
        new PemFile("client-certificate-file", certificate), new PemFile("client-key-file", key));
  }

  @Test
  void mirrorsSeeNoCertificate() throws Exception {
    registry.script().always(r -> true, Fault.status(503));
    pull(fixture.open(registry, second));
    assertThat(shown).isNotEmpty();
    assertThat(second.requests()).isPositive();
    assertThat(shownToSecond).isEmpty();
  }

  @Test
  void whereBlobsAreRedirectedToSeesNoCertificate() throws Exception {
    registry.redirectsBlobs(true);
    second.redirectsBlobs(true);
    var digest = registry.putBlob(new byte[1000]);
    // The same host and another port, told apart by how often a certificate was shown.
    Upstream upstream = fixture.open(registry);
    assertThat(UpstreamFixture.read(upstream.blob("a", digest).getFirst().open(0))).hasSize(1000);
    assertThat(registry.received(r -> r.port() == registry.cdnPort())).hasSize(1);
    assertThat(registry.connections()).isEqualTo(2);
    assertThat(shown).hasSize(1);
  }

  @Test
  void anotherNameOfTheSameServerSeesNoCertificate() throws Exception {
    fixture.names.put("localhost", InetAddress.ofLiteral("127.0.0.1"));
    String location = registry.url().toString().replace("127.0.0.1", "localhost") + "/x";
    registry.script().once(Received::isManifest, Fault.redirect(307, location));
    assertThatThrownBy(() -> pull(fixture.open(registry))).isInstanceOf(Unknown.class);
    assertThat(registry.received(r -> r.path().equals("/x"))).hasSize(1);
    assertThat(shown).hasSize(1);
  }

  @Test
  void aTokenServiceElsewhereSeesNoCertificate() throws Exception {
    registry
        .script()
        .once(
            Received::isManifest,
            new Fault.Status(
                401, "WWW-Authenticate", "Bearer realm=\"" + second.url() + "/token\""));
    pull(fixture.open(registry));
    assertThat(second.count(Received::isToken)).isEqualTo(1);
    assertThat(shown).isNotEmpty();
    assertThat(shownToSecond).isEmpty();
  }

  @Test
  void aUrlInCapitalsIsTheSameSite() throws Exception {
    fixture.names.put("registry.example", InetAddress.ofLiteral("127.0.0.1"));
    Files.writeString(authorities, keys.certificatePem("registry"));
    try (TestRegistry upper = TestRegistry.start(new AskingSockets(keys, "registry", shown))) {
      upper.putManifest("a", "1", TestRegistry.OCI_MANIFEST, "{}".getBytes(UTF_8));
      URI url = URI.create("https://Registry.Example:" + upper.url().getPort());
      pull(fixture.open(url, List.of()));
      assertThat(shown).containsOnly("CN=client");
    }
  }

  @Test
  void changedFilesAreReadAnew() throws Exception {
    Upstream upstream = fixture.open(registry);
    pull(upstream);
    change(certificate, keys.certificatePem("other"));
    change(key, keys.keyPem("other"));
    registry.dropConnections();
    later();
    pull(upstream);
    assertThat(shown).containsExactly("CN=client", "CN=other");
  }

  @Test
  void whereFilesAreThatCannotBeReadIsInTheLogAlone() throws Exception {
    Files.delete(key);
    Upstream upstream = fixture.open(registry);
    try (LogTrap log = LogTrap.set()) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> pull(upstream))
            .isInstanceOf(Unavailable.class)
            .hasMessageEndingWith(": larder cannot read its files for TLS there; its log says why");
      }
      assertThat(log.warnings()).singleElement().asString().contains(key.toString());
    }
  }

  @Test
  void filesThatCannotBeReadAnewStayAsTheyWere() throws Exception {
    Upstream upstream = fixture.open(registry);
    pull(upstream);
    for (String damaged :
        List.of(
            "",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            keys.keyPem("other"))) {
      change(key, damaged);
      registry.dropConnections();
      later();
      pull(upstream);
    }
    Files.delete(key);
    registry.dropConnections();
    later();
    pull(upstream);
    assertThat(shown).containsOnly("CN=client");

    Files.writeString(key, keys.keyPem("client"));
    Files.setLastModifiedTime(key, FileTime.from(Instant.parse("2026-01-02T03:04:05Z")));
    change(authorities, keys.certificatePem("elsewhere"));
    registry.dropConnections();
    later();
    assertThatThrownBy(() -> pull(upstream)).isInstanceOf(Unavailable.class);
  }
}
