package larder.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.http.HttpRouting;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostileRequestsTest {
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
    routing.any(
        "/hidden",
        (_, response) -> {
          hidden.incrementAndGet();
          response.send("hidden");
        });
    routing.any("/", (_, response) -> response.status(405).send("no"));
  }

  private static final String HIDDEN = "GET /hidden HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "both lengths | POST / HTTP/1.1~Host: x~Content-Length: 4~Transfer-Encoding: chunked~~0~~ | 400",
        "two lengths | POST / HTTP/1.1~Host: x~Content-Length: 0~Content-Length: 30~~ | 400",
        "a list of lengths | POST / HTTP/1.1~Host: x~Content-Length: 0, 30~~ | 400",
        "a negative length | POST / HTTP/1.1~Host: x~Content-Length: -1~~ | 400",
        "a signed length | POST / HTTP/1.1~Host: x~Content-Length: +0~~ | 400",
        "a length in hex | POST / HTTP/1.1~Host: x~Content-Length: 0x0~~ | 400",
        "a huge length | POST / HTTP/1.1~Host: x~Content-Length: 99999999999999999999~~ | 400",
        "an unknown encoding | POST / HTTP/1.1~Host: x~Transfer-Encoding: xchunked~~0~~ | 400",
        "an encoding in two headers | POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~Transfer-Encoding: identity~~0~~ | 400",
        "a space before the colon | POST / HTTP/1.1~Host: x~Content-Length : 0~~ | 400",
        "a folded header | GET / HTTP/1.1~Host: x~A: b~ Content-Length: 40~~ | 400",
        "a header without a colon | GET / HTTP/1.1~Host: x~nothing~~ | 400",
        "a NUL in a header | GET / HTTP/1.1~Host: x~A: b\\0c~~ | 400",
        "a NUL in the path | GET /\\0 HTTP/1.1~Host: x~~ | 400",
        "a line feed alone | GET / HTTP/1.1\\nHost: x\\n\\n | 400",
        "a line feed alone in headers | GET / HTTP/1.1~Host: x\\nA: b~~ | 400",
        "a carriage return alone | GET / HTTP/1.1~Host: x\\rA: b~~ | 400",
        "no host | GET / HTTP/1.1~~ | 400",
        "two hosts | GET / HTTP/1.1~Host: x~Host: y~~ | 400",
        "an old version | GET / HTTP/1.0~Host: x~~ | 505",
        "a version that is none | GET / HTTP/9.9~Host: x~~ | 400",
        "no version | GET /~~ | 400",
      })
  void aMalformedRequestIsRefusedAndNothingBehindItIsDone(String what, String request, int status)
      throws IOException {
    try (RawClient client = server.connect()) {
      client.send(decode(request) + decode(HIDDEN));
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).as(what).isEqualTo(status);
      assertThat(answer.closes()).isTrue();
      assertThat(client.isClosedByServer()).isTrue();
    }
    assertThat(hidden).hasValue(0);
  }

  private static String decode(String text) {
    return text.replace("~", "\r\n").replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0");
  }

  @Test
  void whatIsHiddenIsDoneWhereItIsARequestOfItsOwn() throws IOException {
    try (RawClient client = server.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").send(decode(HIDDEN));
      assertThat(client.answer().status()).isEqualTo(405);
      assertThat(client.answer().text()).isEqualTo("hidden");
    }
    assertThat(hidden).hasValue(1);
  }

  @Test
  void nothingIsDoneBehindARequestThatCloses() throws IOException {
    try (RawClient client = server.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").send(decode(HIDDEN));
      assertThat(client.answer().closes()).isTrue();
      assertThat(client.isClosedByServer()).isTrue();
    }
    assertThat(hidden).hasValue(0);
  }

  @Test
  void aRequestLineIsBounded() throws IOException {
    try (RawClient client = server.connect()) {
      client.send("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(414);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void headersAreBounded() throws IOException {
    try (RawClient client = server.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(20_000) + "\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(400);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void megabytesOfGarbageAreCut() throws IOException {
    byte[] garbage = new byte[1 << 20];
    java.util.Arrays.fill(garbage, (byte) 'x');
    try (RawClient client = server.connect()) {
      long sent = 0;
      try {
        while (sent < 1L << 30) {
          client.send(garbage);
          sent += garbage.length;
        }
      } catch (SocketException e) {
        // That is the cut.
      }
      assertThat(sent).isLessThan(1L << 30);
      assertThat(hidden).hasValue(0);
    }
  }

  @Test
  void bytesThatAreNoRequestAreRefused() throws IOException {
    try (RawClient client = server.connect()) {
      client.send("\u0016\u0003\u0001\u0002\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(400);
    } catch (EOFException e) {
      throw new AssertionError("closed without an answer", e);
    }
  }
}
