package larder.server;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;

/**
 * Whether this process lives, and whether clients shall come to it. A disk or an upstream that
 * fails changes neither: larder serves what it can without them.
 */
final class Health implements HttpService {
  private volatile boolean ready;

  /**
   * Whether clients shall come: from when the listener is open until the process is told to end.
   */
  void ready(boolean now) {
    ready = now;
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .get("/live", (request, response) -> answer(response, true))
        .get("/ready", (request, response) -> answer(response, ready));
  }

  private static void answer(ServerResponse response, boolean up) {
    response.status(up ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503);
    response.header(HeaderNames.CONTENT_TYPE, "application/json");
    response.send(
        ("{\"status\":\"" + (up ? "UP" : "DOWN") + "\"}").getBytes(StandardCharsets.UTF_8));
  }
}
