package larder.registry;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import larder.tiering.Digest;
import larder.tiering.Origin;

/** The headers that every answer with content carries. */
final class Headers {
  static final HeaderName DIGEST = HeaderNames.create("Docker-Content-Digest");
  static final HeaderName NAMESPACE = HeaderNames.create("OCI-Namespace");
  static final HeaderName CACHE_STATUS = HeaderNames.create("Cache-Status");
  static final HeaderName FILTERS_APPLIED = HeaderNames.create("OCI-Filters-Applied");
  static final HeaderName API_VERSION = HeaderNames.create("Docker-Distribution-Api-Version");

  private static final Header HIT = HeaderValues.createCached(CACHE_STATUS, "larder; hit");
  private static final Header MISS = HeaderValues.createCached(CACHE_STATUS, "larder; fwd=miss");

  private Headers() {}

  /** Names what is sent: its digest, where it is from, and how larder came by it (RFC 9211). */
  static void content(Exchange exchange, Digest digest) {
    exchange.digest = digest;
    var headers = exchange.response().headers();
    headers.set(DIGEST, digest.toString());
    headers.set(HeaderNames.ETAG, etag(digest));
    origin(exchange);
  }

  /** Where an answer is from, and how larder came by it. */
  static void origin(Exchange exchange) {
    var headers = exchange.response().headers();
    headers.set(NAMESPACE, exchange.upstream);
    boolean hit = exchange.origin == Origin.MEMORY || exchange.origin == Origin.DISK;
    headers.set(hit ? HIT : MISS);
  }

  static String etag(Digest digest) {
    return '"' + digest.toString() + '"';
  }
}
