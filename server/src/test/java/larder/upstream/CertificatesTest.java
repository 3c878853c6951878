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
  private static TestKeys server;
  private static TestKeys elsewhere;
  private static TestKeys client;
  private static TestKeys other;

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
  static void makeKeys(@TempDir Path keys) throws Exception {
    server = TestKeys.make(keys, "server", "EC", "ip:127.0.0.1,dns:localhost");
    elsewhere = TestKeys.make(keys, "elsewhere", "EC", "dns:elsewhere.example");
    client = TestKeys.make(keys, "client", "EC", "dns:client");
    other = TestKeys.make(keys, "other", "RSA", "dns:other");
  }

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.start(server.asking(shown));
    second = TestRegistry.start(server.asking(shownToSecond));
    for (TestRegistry one : List.of(registry, second)) {
      one.putManifest("a", "1", TestRegistry.OCI_MANIFEST, "{}".getBytes(UTF_8));
    }
    authorities = Files.writeString(folder.resolve("ca.pem"), "# ours\n" + server.certificate());
    certificate = Files.writeString(folder.resolve("client.pem"), client.certificate());
    key = Files.writeString(folder.resolve("client.key"), client.key());
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
    Files.writeString(authorities, elsewhere.certificate());
    try (TestRegistry named = TestRegistry.start(elsewhere.asking(shown))) {
      assertThatThrownBy(() -> pull(fixture.open(named)))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("TLS failed");
      assertThat(named.requests()).isZero();
    }
  }

  @Test
  void aKeyIsTakenOnlyWithItsOwnCertificate() throws Exception {
    assertThat(own().chain()).hasSize(1);
    for (TestKeys another : List.of(elsewhere, other)) {
      Files.writeString(key, another.key());
      assertThatThrownBy(() -> own())
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("client-key-file: " + key + " ");
    }
    Files.writeString(certificate, other.certificate() + client.certificate());
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
    TestKeys named = TestKeys.make(folder, "named", "EC", "dns:registry.example");
    Files.writeString(authorities, named.certificate());
    try (TestRegistry upper = TestRegistry.start(named.asking(shown))) {
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
    change(certificate, other.certificate());
    change(key, other.key());
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
            "", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", other.key())) {
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

    Files.writeString(key, client.key());
    Files.setLastModifiedTime(key, FileTime.from(Instant.parse("2026-01-02T03:04:05Z")));
    change(authorities, elsewhere.certificate());
    registry.dropConnections();
    later();
    assertThatThrownBy(() -> pull(upstream)).isInstanceOf(Unavailable.class);
  }
}
