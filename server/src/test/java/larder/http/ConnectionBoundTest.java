package larder.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConnectionBoundTest {

  @Test
  void connectionsBeyondTheBoundWaitForOthersToEnd() throws IOException {
    AtomicInteger requests = new AtomicInteger();
    try (TestServer server =
            TestServer.start(
                Map.of("max-tcp-connections", "1"),
                routing ->
                    routing.get(
                        "/", (_, response) -> response.send("" + requests.incrementAndGet())));
        RawClient first = server.connect()) {
      assertThat(first.get("/").text()).isEqualTo("1");
      try (RawClient second = server.connect()) {
        second.request("GET", "/");
        for (int i = 2; i < 50; i++) {
          assertThat(first.get("/").text()).isEqualTo("" + i);
        }
        first.close();
        assertThat(second.answer().text()).isEqualTo("50");
      }
    }
  }
}
