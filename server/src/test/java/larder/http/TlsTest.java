package larder.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import larder.tiering.KernelTarget;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String PASSWORD = "for-tests-only";
  private static final int SIZE = 1_000_003;

  @TempDir private static Path folder;

  private final byte[] content = new byte[SIZE];
  private final CompletableFuture<WritableByteChannel> given = new CompletableFuture<>();
  private final CompletableFuture<CutShortException> cut = new CompletableFuture<>();

  @BeforeAll
  static void makeKeys() throws Exception {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "1",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-validity",
                "2",
                "-storepass",
                PASSWORD,
                "-keystore",
                keys().toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.txt").toFile())
            .start();
    assertThat(keytool.waitFor()).as(keytool.info().toString()).isZero();
  }

  private static Path keys() {
    return folder.resolve("keys.p12");
  }

  private TestServer start(Limits limits) {
    new Random(11).nextBytes(content);
    return TestServer.start(
        Map.of(
            "tls.private-key.keystore.resource.path",
            keys().toString(),
            "tls.private-key.keystore.passphrase",
            PASSWORD),
        limits,
        this::routes);
  }

  private void routes(HttpRouting.Builder routing) {
    routing.get("/small", (_, response) -> response.send("small"));
    body(routing, "/known", OptionalLong.of(SIZE), this::sendAll);
    body(routing, "/unknown", OptionalLong.empty(), this::sendAll);
    body(routing, "/short", OptionalLong.of(SIZE + 1), this::sendAll);
    body(
        routing,
        "/endless",
        OptionalLong.of(Long.MAX_VALUE),
        channel -> {
          while (true) {
            sendAll(channel);
          }
        });
  }

  private void body(HttpRouting.Builder routing, String path, OptionalLong length, Body body) {
    routing.get(
        path,
        (request, response) -> {
          try {
            BodySink.send(
                request,
                response,
                length,
                channel -> {
                  given.complete(channel);
                  body.writeTo(channel);
                });
          } catch (CutShortException e) {
            cut.complete(e);
            throw e;
          }
        });
  }

  private void sendAll(WritableByteChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(content);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static RawClient connect(TestServer server) throws Exception {
    return new RawClient(trusting().getSocketFactory().createSocket("127.0.0.1", server.port()));
  }

  private static SSLContext trusting() throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys())) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys.getCertificate("1"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  @Test
  void bytesArriveAsTheyAreAndTheConnectionGoesOn() throws Exception {
    try (TestServer server = start(TestServer.PATIENT);
        RawClient client = connect(server)) {
      assertThat(client.get("/known").body()).isEqualTo(content);
      assertThat(client.get("/unknown").body()).isEqualTo(content);
      assertThat(client.get("/small").text()).isEqualTo("small");
    }
    assertThat(given.get()).isNotInstanceOf(KernelTarget.class);
  }

  @Test
  void aShortBodyClosesTheConnection() throws Exception {
    try (TestServer server = start(TestServer.PATIENT);
        RawClient client = connect(server)) {
      client.request("GET", "/short").head();
      client.bytes(SIZE);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void aConnectionThatClosesIsClosed() throws Exception {
    try (TestServer server = start(TestServer.PATIENT);
        RawClient client = connect(server)) {
      client.send("GET /small HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      assertThat(client.answer().closes()).isTrue();
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void aHandshakeThatDoesNotEndIsNotWaitedFor() throws Exception {
    try (TestServer server = start(new Limits(SHORT, LONG, LONG, LONG, 0))) {
      try (RawClient silent = server.connect()) {
        assertThat(silent.isClosedByServer()).isTrue();
      }
      try (RawClient half = server.connect()) {
        half.send(new byte[] {0x16, 3, 1, 2});
        assertThat(half.isClosedByServer()).isTrue();
      }
    }
  }

  @Test
  void aConnectionThatSaysNothingAfterItsHandshakeIsClosed() throws Exception {
    try (TestServer server = start(new Limits(LONG, SHORT, LONG, LONG, 0));
        RawClient client = connect(server)) {
      client.get("/small");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void aReaderThatTakesNothingIsCut() throws Exception {
    try (TestServer server = start(new Limits(LONG, LONG, SHORT, LONG, 0));
        RawClient client = connect(server)) {
      client.request("GET", "/endless").head();
      assertThat(cut.get(20, TimeUnit.SECONDS).bytes()).isPositive();
    }
  }
}
