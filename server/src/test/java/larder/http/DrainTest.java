package larder.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DrainTest {
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch upstream = new CountDownLatch(1);
  private final CountDownLatch unready = new CountDownLatch(1);
  private final Drain drain = new Drain(unready::countDown, Duration.ofMinutes(1));

  private void routes(HttpRouting.Builder routing) {
    routing.get("/small", (_, response) -> response.send("small"));
    routing.get(
        "/in-flight",
        (request, response) ->
            BodySink.send(
                request,
                response,
                OptionalLong.of(2),
                channel -> {
                  channel.write(ByteBuffer.wrap(new byte[] {'o'}));
                  asked.countDown();
                  await(upstream);
                  channel.write(ByteBuffer.wrap(new byte[] {'k'}));
                }));
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private TestServer start(String grace) {
    return TestServer.start(Map.of("shutdown-grace-period", grace), this::routes);
  }

  private CompletableFuture<Void> stop(TestServer server) {
    return CompletableFuture.runAsync(() -> drain.stop(server.server()));
  }

  @Test
  void whatIsInFlightEndsAndWhatIsIdleIsClosed() throws Exception {
    try (TestServer server = start("PT60S");
        RawClient idle = server.connect();
        RawClient inFlight = server.connect()) {
      idle.get("/small");
      inFlight.request("GET", "/in-flight").head();
      asked.await();

      CompletableFuture<Void> stopped = stop(server);
      unready.await();
      try (RawClient late = server.connect()) {
        assertThat(late.get("/small").text()).isEqualTo("small");
      }
      assertThat(idle.get("/small").text()).isEqualTo("small");

      drain.hurry();
      assertThat(idle.isClosedByServer()).isTrue();
      assertThat(stopped).isNotDone();
      upstream.countDown();
      assertThat(inFlight.bytes(2)).containsExactly('o', 'k');
      assertThat(inFlight.isClosedByServer()).isTrue();
      stopped.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void whatDoesNotEndInTimeIsCut() throws Exception {
    try (TestServer server = start("PT0.2S");
        RawClient inFlight = server.connect()) {
      inFlight.request("GET", "/in-flight").head();
      asked.await();
      drain.hurry();
      stop(server).get(20, TimeUnit.SECONDS);
      assertThat(inFlight.bytes(1)).containsExactly('o');
      assertThat(inFlight.isClosedByServer()).isTrue();
    }
  }
}
