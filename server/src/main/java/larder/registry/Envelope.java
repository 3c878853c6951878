package larder.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The body of an error, as the OCI distribution specification has it. */
final class Envelope {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Envelope() {}

  static void send(Exchange exchange, RegistryError error) {
    byte[] body = body(error);
    var response = exchange.response();
    exchange.status = error.status();
    response.status(Status.create(error.status()));
    response.header(HeaderNames.CONTENT_TYPE, "application/json");
    error
        .retryAfter()
        .ifPresent(wait ->
            response.header(HeaderNames.RETRY_AFTER, Long.toString(Math.max(1, wait.toSeconds()))));
    Replies.send(exchange, body);
  }

  static byte[] body(RegistryError error) {
    var entry = Map.of("code", error.code().name(), "message", Printable.of(error.message(), 1000));
    try {
      return JSON.writeValueAsString(Map.of("errors", List.of(entry)))
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new AssertionError("strings are JSON", e);
    }
  }
}
