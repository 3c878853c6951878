package larder.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import larder.certificates.TestKeys;
import larder.tiering.KernelTarget;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int SIZE = 1_000_003;

  @TempDir private static Path folder;
  private static TestKeys keys;

  private final byte[] content = new byte[SIZE];
  private final CompletableFuture<WritableByteChannel> given = new CompletableFuture<>();
  private final CompletableFuture<CutShortException> cut = new CompletableFuture<>();

  @BeforeAll
  static void makeKeys() throws Exception {
    keys = new TestKeys(folder).host("server", "ip:127.0.0.1");
    Files.writeString(folder.resolve("crt"), keys.certificatePem("server"));
    Files.writeString(folder.resolve("key"), keys.keyPem("server"));
  }

  private TestServer start(Limits limits) {
    new Random(11).nextBytes(content);
    return TestServer.start(
        Map.of(
            "tls.private-key.pem.cert-chain.resource.path",
            folder.resolve("crt").toString(),
            "tls.private-key.pem.key.resource.path",
            folder.resolve("key").toString()),
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
    return new RawClient(keys.client().getSocketFactory().createSocket("127.0.0.1", server.port()));
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
