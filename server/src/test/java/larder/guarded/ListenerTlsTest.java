package larder.guarded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.helidon.common.tls.Tls;
import io.helidon.config.Config;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import larder.certificates.TestKeys;
import larder.config.GuardedConfig.TlsFiles;
import larder.http.Limits;
import larder.http.Listeners;
import larder.http.LogTrap;
import larder.tiering.FakeClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerTlsTest {
  @TempDir private static Path made;
  private static TestKeys keys;

  @TempDir private Path folder;
  private final FakeClock clock = new FakeClock();
  private final Listeners listeners = new Listeners(64);
  private Optional<WebServer> server = Optional.empty();
  private TlsFiles files;

  @BeforeAll
  static void makeKeys() throws Exception {
    String[] here = {"-ext", "san=ip:127.0.0.1", "-validity", "2"};
    keys =
        new TestKeys(made)
            .make("ec", "EC", "CN=one", here)
            .make("rsa", "RSA", "CN=two", here)
            .authority("ca")
            .authority("other-ca")
            .make("ci", "EC", "CN=ci,OU=team a,O=Example", "-signer", "ca", "-validity", "2")
            .make("stranger", "EC", "CN=ci,O=Other", "-signer", "other-ca", "-validity", "2")
            .make("late", "EC", "CN=ci", "-signer", "ca", "-validity", "1", "-startdate", "-3d");
  }

  @BeforeEach
  void write() throws Exception {
    files =
        new TlsFiles(
            folder.resolve("crt"), folder.resolve("key"), Optional.of(folder.resolve("ca")));
    shows("ec");
    trusts("ca");
  }

  @AfterEach
  void stop() {
    server.ifPresent(WebServer::stop);
    listeners.close();
  }

  private void shows(String alias) throws Exception {
    Files.writeString(files.certificate(), keys.certificatePem(alias));
    Files.writeString(files.key(), keys.keyPem(alias));
  }

  private void trusts(String... aliases) throws Exception {
    StringBuilder pem = new StringBuilder("subject=for tests\n");
    for (String alias : aliases) {
      pem.append(keys.certificatePem(alias));
    }
    Files.writeString(files.clientCa().orElseThrow(), pem);
  }

  /** Tells each client the subject of what it has shown. */
  private void start() throws IOException {
    Tls tls = ListenerTls.open(files, clock);
    server =
        Optional.of(
            listeners
                .main(Config.empty(), Limits.DEFAULT)
                .host("127.0.0.1")
                .port(0)
                .tls(tls)
                .routing(
                    routing -> routing.get("/", (request, answer) -> answer.send(name(request))))
                .build()
                .start());
  }

  private static String name(ServerRequest request) {
    Optional<Certificate[]> shown = request.remotePeer().tlsCertificates();
    return shown
        .map(chain -> ((X509Certificate) chain[0]).getSubjectX500Principal().getName())
        .orElse("nobody");
  }

  private int port() {
    return server.orElseThrow().port();
  }

  /** A connection that goes on. */
  private SSLSocket connect(SSLContext context, String... protocols) throws IOException {
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port());
    if (protocols.length > 0) {
      socket.setEnabledProtocols(protocols);
    }
    return socket;
  }

  /** The answer's body on one connection; a byte at a time, so that the next one's stays. */
  private static String ask(Socket socket) throws IOException {
    socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
    StringBuilder answer = new StringBuilder();
    while (!answer.toString().matches("(?s).*Content-Length: [0-9]+\r\n.*\r\n\r\n")) {
      int each = socket.getInputStream().read();
      if (each < 0) {
        throw new IOException("closed after: " + answer);
      }
      answer.append((char) each);
    }
    int length =
        Integer.parseInt(
            answer.toString().replaceAll("(?s).*Content-Length: ([0-9]+)\r\n.*", "$1"));
    return new String(socket.getInputStream().readNBytes(length), UTF_8);
  }

  private String whoIs(SSLContext context, String... protocols) throws IOException {
    try (SSLSocket socket = connect(context, protocols)) {
      return ask(socket);
    }
  }

  /** The subject of what the listener shows. */
  private String listener() throws Exception {
    try (SSLSocket socket = connect(keys.client())) {
      ask(socket);
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
          .getSubjectX500Principal()
          .getName();
    }
  }

  private String later() throws Exception {
    clock.advance(Duration.ofSeconds(1));
    return listener();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void clientsMayShowACertificate(String protocol) throws Exception {
    start();
    assertThat(whoIs(keys.client(), protocol)).isEqualTo("nobody");
    assertThat(whoIs(keys.client("ci"), protocol)).isEqualTo("CN=ci,OU=team a,O=Example");
    assertThatIOException().isThrownBy(() -> whoIs(pushing("stranger"), protocol));
    assertThatIOException().isThrownBy(() -> whoIs(pushing("late"), protocol));
  }

  @Test
  void theJdksClientComesToo() throws Exception {
    start();
    try (HttpClient client = HttpClient.newBuilder().sslContext(keys.client("ci")).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port() + "/")).build();
      assertThat(client.send(request, BodyHandlers.ofString()).body()).startsWith("CN=ci,");
    }
  }

  @Test
  void withoutAClientCaNobodyIsAsked() throws Exception {
    files = new TlsFiles(files.certificate(), files.key(), Optional.empty());
    start();
    assertThat(whoIs(pushing("ci"))).isEqualTo("nobody");
  }

  @Test
  void oldVersionsAreRefused() throws Exception {
    start();
    // A server's first record is a handshake's, or an alert: fatal, protocol version.
    assertThat(greet(3)[0]).isEqualTo((byte) 0x16);
    assertThat(greet(2)).startsWith(0x15).endsWith(2, 70);
    assertThat(greet(1)).startsWith(0x15).endsWith(2, 70);
  }

  /** Says hello as of TLS 1.(minor - 1), and gives the beginning of the answer. */
  private byte[] greet(int minor) throws IOException {
    byte[] hello = new byte[5 + 4 + 2 + 32 + 1 + 2 + 6 + 2];
    byte[] head = {0x16, 3, 1, 0, (byte) (hello.length - 5), 1, 0, 0, (byte) (hello.length - 9)};
    byte[] tail = {0, 0, 6, (byte) 0xc0, 0x2b, (byte) 0xc0, 0x09, 0, 0x2f, 1, 0};
    System.arraycopy(head, 0, hello, 0, head.length);
    hello[9] = 3;
    hello[10] = (byte) minor;
    System.arraycopy(tail, 0, hello, hello.length - tail.length, tail.length);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.getOutputStream().write(hello);
      return socket.getInputStream().readNBytes(7);
    }
  }

  @Test
  void aNewCertificateIsShownToNewConnections() throws Exception {
    start();
    assertThat(later()).isEqualTo("CN=one");
    try (SSLSocket before = connect(keys.client("ci"))) {
      assertThat(ask(before)).startsWith("CN=ci");
      shows("rsa");
      assertThat(later()).isEqualTo("CN=two");
      assertThat(ask(before)).startsWith("CN=ci");
    }
    shows("ec");
    assertThat(later()).isEqualTo("CN=one");
  }

  @Test
  void whatCannotBeUsedIsLoggedOnceAndTheOldOneStays() throws Exception {
    start();
    try (LogTrap log = LogTrap.set()) {
      Files.writeString(files.certificate(), keys.certificatePem("rsa"));
      warned(log, 1, "larder.guarded.key-file: " + files.key() + " has no RSA key");

      shows("ec");
      assertThat(later()).isEqualTo("CN=one");
      Files.writeString(files.key(), keys.keyPem("ci"));
      warned(log, 2, files.key() + " is not the key of the first certificate in ");

      Files.writeString(files.key(), keys.keyPem("ec"));
      String half = keys.certificatePem("ec") + keys.certificatePem("ca").substring(0, 200);
      Files.writeString(files.certificate(), half);
      warned(log, 3, "larder.guarded.certificate-file: " + files.certificate() + " is not whole");

      Files.writeString(files.certificate(), "garbage");
      warned(log, 4, files.certificate() + " has no certificate");

      Files.delete(files.certificate());
      warned(log, 5, files.certificate() + " is not there");

      shows("rsa");
      assertThat(later()).isEqualTo("CN=two");
      assertThat(log.warnings()).hasSize(5);
    }
  }

  private void warned(LogTrap log, int count, String text) throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(later()).isEqualTo("CN=one");
    }
    assertThat(log.warnings()).hasSize(count).last().asString().contains(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void whoseCaIsGoneDoesNotResume(String protocol) throws Exception {
    start();
    SSLContext client = keys.client("ci");
    for (int i = 0; i < 3; i++) {
      assertThat(whoIs(client, protocol)).startsWith("CN=ci");
    }
    trusts("other-ca");
    clock.advance(Duration.ofSeconds(1));
    assertThat(whoIs(client, protocol)).isEqualTo("nobody");
    assertThat(whoIs(keys.client("stranger"), protocol)).isEqualTo("CN=ci,O=Other");
    trusts("other-ca", "ca");
    clock.advance(Duration.ofSeconds(1));
    assertThat(whoIs(client, protocol)).startsWith("CN=ci,OU=team a");
  }

  @Test
  void oneFileMayHoldCertificatesAndKey() throws Exception {
    Files.writeString(
        files.certificate(),
        keys.keyPem("ci") + keys.certificatePem("ci") + keys.certificatePem("ca"));
    files = new TlsFiles(files.certificate(), files.certificate(), files.clientCa());
    start();
    assertThat(listener()).startsWith("CN=ci");
  }

  /** A client that shows its certificate whether or not it is asked for one of that CA. */
  private static SSLContext pushing(String alias) throws Exception {
    KeyManager own = new InsistingKeys(keys, alias);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] {own}, new TrustManager[] {new InsistingKeys.Trusting()}, null);
    return context;
  }
}
