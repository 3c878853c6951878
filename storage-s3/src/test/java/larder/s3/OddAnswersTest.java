package larder.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import larder.bucket.ObjectStore;
import larder.tiering.Events;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What answers at the endpoint need not speak S3, or not well. */
class OddAnswersTest {
  private ScriptedServer server;
  private S3ObjectStore store;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
    S3Bucket bucket =
        new S3Bucket(
            "images",
            Optional.of(server.uri()),
            "us-east-1",
            "",
            Optional.of(new S3Bucket.AccessKey("larder", "larder-secret")),
            true,
            List.of());
    store =
        S3ObjectStore.open(
            bucket, S3ObjectStore.Limits.within(1L << 28, 32), Events.NONE, InstantSource.system());
  }

  @AfterEach
  void stop() {
    store.close();
    server.close();
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
    send(exchange, status, "<Error><Code>" + code + "</Code></Error>");
  }

  private static void part(HttpExchange exchange, String range) throws IOException {
    exchange.getResponseHeaders().add("ETag", "\"1\"");
    exchange.getResponseHeaders().add("Last-Modified", "Sun, 01 Mar 2026 10:00:00 GMT");
    exchange.getResponseHeaders().add("Content-Range", range);
    send(exchange, 206, "hello");
  }

  @Test
  void aPageIsNoObject() {
    server.answer = exchange -> send(exchange, 200, "<html>welcome</html>");
    for (int i = 0; i < 100; i++) {
      assertThatIOException()
          .isThrownBy(() -> store.get("a", 0))
          .withMessageContaining("is the endpoint right?");
    }
  }

  @Test
  void anotherPartThanTheOneAskedForIsNotTaken() {
    for (String range :
        List.of("bytes 7-11/100", "bytes 0-4/*", "items 0-4/5", "bytes */100", "0-4/100")) {
      server.answer = exchange -> part(exchange, range);
      assertThatIOException().as(range).isThrownBy(() -> store.get("a", 0));
    }
    server.answer = exchange -> part(exchange, "bytes 0-4/5");
    assertThatIOException().isThrownBy(() -> store.get("a", 2));
  }

  @Test
  void whoMayNotListIsToldOfAbsenceByARefusal() throws Exception {
    server.answer = exchange -> refuse(exchange, 403, "AccessDenied");
    assertThat(store.get("a", 0)).isEmpty();
    for (String code : List.of("SignatureDoesNotMatch", "InvalidAccessKeyId")) {
      server.answer = exchange -> refuse(exchange, 403, code);
      assertThatIOException()
          .isThrownBy(() -> store.get("a", 0))
          .withMessageContaining("check larder.bucket.access-key");
    }
  }

  @Test
  void aBucketElsewhereIsNamed() {
    server.answer = exchange -> refuse(exchange, 301, "PermanentRedirect");
    assertThatIOException()
        .isThrownBy(() -> store.get("a", 0))
        .withMessageContaining("larder.bucket.region");
    server.answer = exchange -> refuse(exchange, 404, "NoSuchBucket");
    assertThatIOException()
        .isThrownBy(() -> store.get("a", 0))
        .withMessageContaining("larder.bucket.name");
  }

  @Test
  void headersThatDripAreGivenUp() {
    CountDownLatch over = new CountDownLatch(1);
    server.answer =
        exchange -> {
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    assertThatIOException()
        .isThrownBy(() -> store.get("a", 0))
        .isInstanceOf(SocketTimeoutException.class);
    over.countDown();
  }

  private boolean remove() throws IOException {
    Instant now = Instant.parse("2026-03-01T10:00:00Z");
    return store.remove(new ObjectStore.Listed("a", 1, "\"1\"", now, now), Duration.ofMinutes(1));
  }

  @Test
  void aRemovalThatIsPutOffIsTriedAgain() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    for (int status : List.of(503, 500, 409, 501, 400)) {
      asked.set(0);
      server.answer =
          exchange -> {
            if (asked.incrementAndGet() < 3) {
              refuse(exchange, status, "NotNow");
            } else {
              assertThat(exchange.getRequestHeaders().containsKey("If-Match")).isFalse();
              exchange.sendResponseHeaders(204, -1);
            }
          };
      assertThat(remove()).as("%d", status).isTrue();
    }
    server.answer = exchange -> refuse(exchange, 503, "SlowDown");
    assertThatIOException().isThrownBy(this::remove).withMessageContaining("remove a from s3://");
  }

  @Test
  void aRemovalThatIsRefusedIsNotTriedAgain() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    server.answer =
        exchange -> {
          asked.incrementAndGet();
          refuse(exchange, 403, "AccessDenied");
        };
    assertThatIOException().isThrownBy(this::remove).withMessageContaining("403 AccessDenied");
    assertThat(asked).hasValue(1);
    server.answer =
        exchange -> send(exchange, 403, "<Error><Message>Request has expired</Message></Error>");
    assertThat(remove()).isFalse();
    for (int status : List.of(404, 412)) {
      server.answer = exchange -> refuse(exchange, status, "NotThere");
      assertThat(remove()).isFalse();
    }
  }
}
