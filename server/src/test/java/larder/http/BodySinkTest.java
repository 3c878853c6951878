package larder.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import larder.tiering.DiskThreads;
import larder.tiering.FileTransfer;
import larder.tiering.KernelTarget;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BodySinkTest {
  private static final int SIZE = 3_000_017;

  @TempDir private Path folder;

  private final byte[] content = new byte[SIZE];
  private final FileTransfer transfer = new FileTransfer(new DiskThreads());
  private final CompletableFuture<WritableByteChannel> given = new CompletableFuture<>();
  private final CompletableFuture<CutShortException> cut = new CompletableFuture<>();
  private FileChannel file;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    new Random(7).nextBytes(content);
    Path path = folder.resolve("content");
    Files.write(path, content);
    file = FileChannel.open(path, StandardOpenOption.READ);
    server = TestServer.start(this::routes);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    file.close();
  }

  private void routes(HttpRouting.Builder routing) {
    route(routing, "/file", OptionalLong.of(SIZE), channel -> sendFile(channel, 0, SIZE));
    route(routing, "/part", OptionalLong.of(1000), channel -> sendFile(channel, 5, 1000));
    route(routing, "/nothing", OptionalLong.of(0), _ -> {});
    route(routing, "/unknown", OptionalLong.empty(), channel -> sendFile(channel, 0, SIZE));
    route(
        routing,
        "/unknown-cut",
        OptionalLong.empty(),
        channel -> {
          sendFile(channel, 0, 1000);
          throw new IOException("upstream broke");
        });
    route(routing, "/short", OptionalLong.of(SIZE), channel -> sendFile(channel, 0, SIZE - 1));
    route(
        routing,
        "/long",
        OptionalLong.of(10),
        channel -> {
          while (true) {
            channel.write(ByteBuffer.wrap(new byte[3]));
          }
        });
    route(
        routing,
        "/broken",
        OptionalLong.of(SIZE),
        channel -> {
          sendFile(channel, 0, 1000);
          throw new IOException("the disk is gone");
        });
    routing.get("/small", (_, response) -> response.send("small"));
  }

  private void route(HttpRouting.Builder routing, String path, OptionalLong length, Body body) {
    Body seen =
        channel -> {
          given.complete(channel);
          body.writeTo(channel);
        };
    routing.any(
        path,
        (request, response) -> {
          try {
            BodySink.send(request, response, length, seen);
          } catch (CutShortException e) {
            cut.complete(e);
            throw e;
          }
        });
  }

  private void sendFile(WritableByteChannel channel, long position, long length)
      throws IOException {
    transfer.send(file, position, length, channel);
  }

  @Test
  void aFileLeavesThroughTheKernelAndTheConnectionGoesOn() throws Exception {
    try (RawClient client = server.connect()) {
      for (int i = 0; i < 3; i++) {
        RawClient.Answer answer = client.get("/file");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(content);
        assertThat(client.get("/small").text()).isEqualTo("small");
      }
    }
    assertThat(given.get()).isInstanceOf(KernelTarget.class);
  }

  @Test
  void requestsMayBePipelined() throws IOException {
    try (RawClient client = server.connect()) {
      client.request("GET", "/part").request("GET", "/file").request("GET", "/small");
      assertThat(client.answer().body()).isEqualTo(java.util.Arrays.copyOfRange(content, 5, 1005));
      assertThat(client.answer().body()).isEqualTo(content);
      assertThat(client.answer().text()).isEqualTo("small");
    }
  }

  @Test
  void anEmptyBodyIsWhole() throws IOException {
    try (RawClient client = server.connect()) {
      assertThat(client.get("/nothing").headers()).containsEntry("content-length", "0");
      assertThat(client.get("/small").text()).isEqualTo("small");
    }
  }

  @Test
  void headGetsTheLengthAndNoBody() throws IOException {
    try (RawClient client = server.connect()) {
      assertThat(client.request("HEAD", "/file").head().headers())
          .containsEntry("content-length", Integer.toString(SIZE));
      assertThat(client.get("/small").text()).isEqualTo("small");
    }
    assertThat(given).isNotDone();
  }

  @Test
  void aBodyOfUnknownLengthIsSentInChunks() throws Exception {
    try (RawClient client = server.connect()) {
      RawClient.Answer answer = client.get("/unknown");
      assertThat(answer.headers()).containsEntry("transfer-encoding", "chunked");
      assertThat(answer.body()).isEqualTo(content);
      assertThat(client.get("/small").text()).isEqualTo("small");
    }
  }

  @Test
  void aCutBodyOfUnknownLengthHasNoLastChunk() throws Exception {
    try (RawClient client = server.connect()) {
      client.request("GET", "/unknown-cut").head();
      assertThat(client.bytes("3e8\r\n".length() + 1000 + 2)).endsWith('\r', '\n');
      assertThat(client.isClosedByServer()).isTrue();
    }
    assertThat(cut.get(10, TimeUnit.SECONDS).bytes()).isEqualTo(1000);
  }

  @Test
  void aShortBodyClosesTheConnection() throws Exception {
    try (RawClient client = server.connect()) {
      client.request("GET", "/short").request("GET", "/small").head();
      client.bytes(SIZE - 1);
      assertThat(client.isClosedByServer()).isTrue();
    }
    assertThat(cut.get(10, TimeUnit.SECONDS).bytes()).isEqualTo(SIZE - 1);
  }

  @Test
  void aBodyThatGoesOnAfterItsEndIsCutBeforeIt() throws Exception {
    try (RawClient client = server.connect()) {
      client.request("GET", "/long").head();
      assertThat(client.rest()).isLessThanOrEqualTo(10);
    }
    assertThat(cut.get(10, TimeUnit.SECONDS).bytes()).isEqualTo(9);
  }

  @Test
  void aBrokenBodyClosesTheConnectionAndSaysHowMuchWasSent() throws Exception {
    try (RawClient client = server.connect()) {
      client.request("GET", "/broken").head();
      client.bytes(1000);
      assertThat(client.isClosedByServer()).isTrue();
    }
    assertThat(cut.get(10, TimeUnit.SECONDS).bytes()).isEqualTo(1000);
    assertThat(cut.get()).hasRootCauseMessage("the disk is gone");
  }

  @Test
  void aClientThatLeavesIsNoWarning() throws Exception {
    try (LogTrap log = LogTrap.set()) {
      RawClient client = RawClient.to(server.port(), 4096);
      client.request("GET", "/file").head();
      client.close();
      assertThat(cut.get(10, TimeUnit.SECONDS).bytes()).isLessThan(SIZE);
      try (RawClient next = server.connect()) {
        assertThat(next.get("/small").text()).isEqualTo("small");
      }
      assertThat(log.warnings()).isEmpty();
    }
  }

  @Test
  void theContentLengthIsTheOnePromised() throws IOException {
    try (RawClient client = server.connect()) {
      assertThat(client.get("/part").headers())
          .containsEntry(HeaderNames.CONTENT_LENGTH.lowerCase(), "1000");
    }
  }
}
