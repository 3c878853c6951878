package larder.registry;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import larder.registry.RegistryError.Code;

/**
 * Answers requests that are not well formed, which no handler sees, with an error envelope all the
 * same.
 */
public final class MalformedRequests implements DirectHandler {
  private MalformedRequests() {}

  /** For each kind of malformed request. */
  public static DirectHandlers handlers() {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    for (EventType type : EventType.values()) {
      handlers.addHandler(type, new MalformedRequests());
    }
    return handlers.build();
  }

  @Override
  public TransportResponse handle(
      TransportRequest request,
      EventType event,
      Status status,
      ServerResponseHeaders headers,
      String message) {
    RegistryError error =
        event == EventType.INTERNAL_ERROR
            ? RegistryError.of(
                status.code(), Code.UNAVAILABLE, "larder has a bug; its log says more")
            : RegistryError.of(status.code(), Code.UNSUPPORTED, "the request is malformed");
    return TransportResponse.builder()
        .status(status)
        .headers(headers)
        .header(HeaderNames.CONTENT_TYPE, "application/json")
        .entity(Envelope.body(error))
        .keepAlive(false)
        .build();
  }
}
