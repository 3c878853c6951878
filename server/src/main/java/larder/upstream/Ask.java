package larder.upstream;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import larder.tiering.Event;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.message.BasicHeader;

/**
 * What is asked of an upstream host.
 *
 * @param what for messages, such as {@code "manifest library/alpine:3"}
 * @param method GET or HEAD
 * @param uri absolute
 * @param headers to be sent, but for credentials
 * @param authorization the {@code Authorization} for the site of {@code uri} and no other
 */
record Ask(
    String what,
    String method,
    URI uri,
    List<Header> headers,
    Optional<String> authorization,
    Event.Cause cause) {

  static Ask of(String what, String method, URI uri, Event.Cause cause) {
    return new Ask(what, method, uri, List.of(), Optional.empty(), cause);
  }

  Ask with(String header, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new BasicHeader(header, value));
    return new Ask(what, method, uri, List.copyOf(more), authorization, cause);
  }

  Ask authorized(Optional<String> by) {
    return new Ask(what, method, uri, headers, by, cause);
  }

  Ask at(URI next) {
    return new Ask(what, method, next, headers, authorization, cause);
  }

  /** Without what nobody is to see. */
  @Override
  public String toString() {
    return method + " " + what;
  }

  boolean isHead() {
    return method.equals("HEAD");
  }
}
