package larder.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaitsTest {
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int CHUNK = 64 * 1024;
  private static final long ENDLESS = 1L << 40;
  private static final int MANIFEST = 64 << 20;

  private final CompletableFuture<Exception> ended = new CompletableFuture<>();
  private final CountDownLatch upstream = new CountDownLatch(1);
  private final CountDownLatch asked = new CountDownLatch(1);
  private final List<TestServer> servers = new ArrayList<>();

  private TestServer start(Duration requestHead, Duration idle, Duration stalled) {
    TestServer server =
        TestServer.start(
            new Limits(requestHead, idle, stalled, Duration.ofSeconds(2), 0), this::routes);
    servers.add(server);
    return server;
  }

  @AfterEach
  void stop() {
    servers.forEach(TestServer::close);
  }

  private void routes(HttpRouting.Builder routing) {
    body(
        routing,
        "/endless",
        OptionalLong.of(ENDLESS),
        channel -> {
          while (true) {
            channel.write(ByteBuffer.allocate(CHUNK));
          }
        });
    body(
        routing,
        "/endless-chunks",
        OptionalLong.empty(),
        channel -> {
          while (true) {
            channel.write(ByteBuffer.allocate(CHUNK));
          }
        });
    body(
        routing,
        "/upstream-is-slow",
        OptionalLong.of(2),
        channel -> {
          channel.write(ByteBuffer.wrap(new byte[] {'o'}));
          asked.countDown();
          await(upstream);
          channel.write(ByteBuffer.wrap(new byte[] {'k'}));
        });
    routing.get(
        "/manifest",
        (_, response) -> {
          try {
            response.send(manifest());
            ended.complete(new IllegalStateException("the client took all of it"));
          } catch (RuntimeException e) {
            ended.complete(e);
            throw e;
          }
        });
    routing.get("/small", (_, response) -> response.send("small"));
  }

  private static byte[] manifest() {
    byte[] bytes = new byte[MANIFEST];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i / 1000);
    }
    return bytes;
  }

  private void body(HttpRouting.Builder routing, String path, OptionalLong length, Body body) {
    routing.get(
        path,
        (request, response) -> {
          try {
            BodySink.send(request, response, length, body);
          } catch (CutShortException e) {
            ended.complete(e);
            throw e;
          }
        });
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void aConnectionThatSaysNothingIsClosed() throws IOException {
    TestServer server = start(LONG, SHORT, LONG);
    try (RawClient client = server.connect()) {
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void aConnectionThatSaysNothingMoreIsClosed() throws IOException {
    TestServer server = start(LONG, SHORT, LONG);
    try (RawClient client = server.connect()) {
      client.get("/small");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void halfARequestLineIsNotWaitedFor() throws IOException {
    TestServer server = start(SHORT, LONG, LONG);
    try (RawClient client = server.connect()) {
      client.send("GET /sma");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void halfAHeaderBlockIsNotWaitedFor() throws IOException {
    TestServer server = start(SHORT, LONG, LONG);
    try (RawClient client = server.connect()) {
      client.send("GET /small HTTP/1.1\r\nHost: x\r\nA");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void headersThatComeByteByByteAreNotWaitedForEither() throws IOException {
    TestServer server = start(SHORT, LONG, LONG);
    try (RawClient client = server.connect()) {
      client.send("GET /small HTTP/1.1\r\nHost: x\r\nA: ");
      // Slowly enough to stay below the bound on headers, faster than any one read would time out.
      int drops = 0;
      while (!client.isClosedByServerWithin(Duration.ofMillis(20))) {
        client.send("a");
        drops++;
        assertThat(drops).isLessThan(1000);
      }
    }
  }

  @Test
  void halfARequestBehindAWholeOneIsNotWaitedFor() throws IOException {
    TestServer server = start(SHORT, LONG, LONG);
    try (RawClient client = server.connect()) {
      client.send("GET /small HTTP/1.1\r\nHost: x\r\n\r\nGET /sm");
      assertThat(client.answer().text()).isEqualTo("small");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void aReaderThatTakesNothingIsCut() throws Exception {
    TestServer server = start(LONG, LONG, SHORT);
    try (RawClient client = server.connect()) {
      client.request("GET", "/endless").head();
      assertThat(ended.get(20, TimeUnit.SECONDS)).isInstanceOf(CutShortException.class);
    }
  }

  @Test
  void aReaderOfChunksThatTakesNothingIsCut() throws Exception {
    TestServer server = start(LONG, LONG, SHORT);
    try (RawClient client = server.connect()) {
      client.request("GET", "/endless-chunks").head();
      assertThat(ended.get(20, TimeUnit.SECONDS)).isInstanceOf(CutShortException.class);
    }
  }

  @Test
  void aReaderOfAManifestThatTakesNothingIsCut() throws Exception {
    TestServer server = start(LONG, LONG, SHORT);
    try (RawClient client = server.connect()) {
      client.request("GET", "/manifest");
      assertThat(ended.get(20, TimeUnit.SECONDS))
          .isInstanceOf(io.helidon.webserver.ServerConnectionException.class);
    }
  }

  @Test
  void clientsThatFailAreNoWarning() throws Exception {
    TestServer server = start(SHORT, LONG, SHORT);
    try (LogTrap log = LogTrap.set();
        RawClient stalled = server.connect();
        RawClient half = server.connect()) {
      stalled.request("GET", "/endless").head();
      half.send("GET /small HTTP/1.1\r\nHost: x\r\nA").isClosedByServer();
      for (String part : new String[] {"", "GET", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nA"}) {
        try (RawClient leaving = server.connect()) {
          assertThat(leaving.send(part).sendNoMore().isClosedByServer()).isTrue();
        }
      }
      ended.get(20, TimeUnit.SECONDS);
      server.close();
      assertThat(log.warnings()).isEmpty();
    }
  }

  @Test
  void waitingForUpstreamIsNotTheClientsFault() throws Exception {
    TestServer server = start(SHORT, SHORT, SHORT);
    try (RawClient patient = server.connect()) {
      patient.request("GET", "/upstream-is-slow").head();
      asked.await();
      // Twice the time that any wait for a client may last goes by.
      for (int i = 0; i < 2; i++) {
        try (RawClient silent = server.connect()) {
          assertThat(silent.isClosedByServer()).isTrue();
        }
      }
      upstream.countDown();
      assertThat(patient.bytes(2)).containsExactly('o', 'k');
      assertThat(patient.get("/small").text()).isEqualTo("small");
    }
  }

  @Test
  void aBigManifestIsSentInSlices() throws Exception {
    TestServer server = start(LONG, LONG, LONG);
    try (RawClient client = server.connect()) {
      byte[] body = client.get("/manifest").body();
      assertThat(body).hasSize(MANIFEST);
      for (int at : new int[] {0, 1, CHUNK - 1, CHUNK, MANIFEST - 1}) {
        assertThat(body[at]).isEqualTo((byte) (at / 1000));
      }
      assertThat(client.get("/small").text()).isEqualTo("small");
    }
  }
}
