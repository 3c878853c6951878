package larder.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.http.NotFoundException;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests with bodies get their answers and are not read. The server waits a minute for a body,
 * the tests do not.
 */
class RequestBodiesTest {
  private static final String GIGABYTE = "Content-Length: 1073741824\r\n";
  private static final String CHUNKS = "Transfer-Encoding: chunked\r\n";
  private static final String EXPECT = "Expect: 100-continue\r\n";

  private final AtomicInteger hidden = new AtomicInteger();
  private TestServer server;

  @BeforeEach
  void start() {
    server = TestServer.start(this::routes);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void routes(HttpRouting.Builder routing) {
    routing.any("/answers", (_, response) -> response.status(405).send("unsupported"));
    routing.any(
        "/throws",
        (_, _) -> {
          throw new NotFoundException("no such thing");
        });
    routing.get("/hidden", (_, _) -> hidden.incrementAndGet());
  }

  private static String put(String path, String headers) {
    return "PUT " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
  }

  @ParameterizedTest
  @ValueSource(strings = {"/answers", "/throws", "/unknown"})
  void aBodyIsNotWaitedFor(String path) throws IOException {
    for (String headers :
        new String[] {GIGABYTE, CHUNKS, GIGABYTE + EXPECT, CHUNKS + EXPECT, EXPECT + "X: y\r\n"}) {
      try (RawClient client = server.connect()) {
        RawClient.Answer answer = client.send(put(path, headers)).answer();
        assertThat(answer.status()).isEqualTo(path.equals("/answers") ? 405 : 404);
        if (!headers.contains("X: y")) {
          assertThat(answer.closes()).as(headers).isTrue();
          assertThat(client.isClosedByServer()).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/answers", "/throws", "/unknown"})
  void aBodyThatNeverEndsIsCut(String path) throws IOException {
    byte[] chunk =
        ("10000\r\n" + "a".repeat(65536) + "\r\n")
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    try (RawClient client = server.connect()) {
      client.send(put(path, CHUNKS));
      long sent = 0;
      try {
        for (; sent < 1L << 30; sent += chunk.length) {
          client.send(chunk);
        }
      } catch (SocketException e) {
        // That is the cut.
      }
      assertThat(sent).isLessThan(1L << 30);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/answers", "/throws", "/unknown"})
  void aRequestInsideABodyIsNotDone(String path) throws IOException {
    String inside = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n";
    for (String body :
        new String[] {
          put(path, "Content-Length: " + inside.length() + "\r\n") + inside,
          put(path, "Content-Length: 0\r\nConnection: close\r\n") + inside,
          put(path, CHUNKS) + "0\r\n\r\n" + inside,
          put(path, CHUNKS) + "1;" + inside,
          put(path, CHUNKS) + inside,
          put(path, "Content-Length: 5\r\n" + EXPECT) + inside,
        }) {
      try (RawClient client = server.connect()) {
        assertThat(client.send(body).answer().status()).isIn(404, 405);
        client.rest();
      }
      assertThat(hidden).as(body).hasValue(0);
    }
  }

  @Test
  void anEmptyBodyIsNone() throws IOException {
    try (RawClient client = server.connect()) {
      for (int i = 0; i < 3; i++) {
        RawClient.Answer answer = client.send(put("/answers", "Content-Length: 0\r\n")).answer();
        assertThat(answer.text()).isEqualTo("unsupported");
        assertThat(answer.closes()).isFalse();
      }
    }
  }

  @Test
  void theAnswerArrivesWhereTheClientReadsItOnlyAfterItsBody() throws IOException {
    byte[] body = new byte[1 << 20];
    for (int i = 0; i < 20; i++) {
      try (RawClient client = server.connect()) {
        client.send(put("/answers", "Content-Length: 1048576\r\n")).send(body);
        assertThat(client.answer().text()).isEqualTo("unsupported");
      }
    }
  }
}
