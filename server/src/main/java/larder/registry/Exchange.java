package larder.registry;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;
import java.util.OptionalLong;
import larder.tiering.Digest;
import larder.tiering.Event.Kind;
import larder.tiering.Origin;
import org.jspecify.annotations.Nullable;

/**
 * One request and what has become known of it, from which its event is made at the end. One thread
 * uses it.
 */
final class Exchange {
  private final ServerRequest request;
  private final ServerResponse response;

  /** The name by which the client is known, else its address. */
  String client;

  Kind kind = Kind.OTHER;
  String upstream = "";
  String repository = "";
  String reference = "";
  @Nullable Digest digest;
  OptionalLong size = OptionalLong.empty();
  int status;
  long bytes;
  Origin origin = Origin.LOCAL;
  boolean counted;
  boolean aborted;
  boolean stale;

  Exchange(ServerRequest request, ServerResponse response) {
    this.request = request;
    this.response = response;
    this.client = request.remotePeer().host();
  }

  ServerRequest request() {
    return request;
  }

  ServerResponse response() {
    return response;
  }

  boolean isHead() {
    return method().equals("HEAD");
  }

  String method() {
    return request.prologue().method().text();
  }

  /** A header's value as sent; empty when there is none. */
  Optional<String> header(HeaderName name) {
    return request.headers().first(name);
  }

  /** The client's kind: the first word of its {@code User-Agent}. */
  String agent() {
    return header(HeaderNames.USER_AGENT).map(Exchange::firstWord).orElse("");
  }

  private static String firstWord(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c == ';' || c == '(') {
        return text.substring(0, i);
      }
    }
    return text;
  }
}
