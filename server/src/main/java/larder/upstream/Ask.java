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
 * @param method GET, HEAD or POST
 * @param uri absolute
 * @param headers to be sent, but for credentials
 * @param authorization the {@code Authorization} for the site of {@code uri} and no other
 * @param form what is posted, as {@code application/x-www-form-urlencoded}, to that site and no
 *     other
 */
record Ask(
    String what,
    String method,
    URI uri,
    List<Header> headers,
    Optional<String> authorization,
    Optional<String> form,
    Event.Cause cause) {

  static Ask of(String what, String method, URI uri, Event.Cause cause) {
    return new Ask(what, method, uri, List.of(), Optional.empty(), Optional.empty(), cause);
  }

  static Ask post(String what, URI uri, String form, Event.Cause cause) {
    return new Ask(what, "POST", uri, List.of(), Optional.empty(), Optional.of(form), cause);
  }

  Ask with(String header, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new BasicHeader(header, value));
    return new Ask(what, method, uri, List.copyOf(more), authorization, form, cause);
  }

  Ask authorized(Optional<String> by) {
    return new Ask(what, method, uri, headers, by, form, cause);
  }

  Ask at(URI next) {
    return new Ask(what, method, next, headers, authorization, form, cause);
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
