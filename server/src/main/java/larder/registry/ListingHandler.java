package larder.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import larder.registry.Upstreams.Repository;
import larder.tiering.Digest;
import larder.tiering.Event;
import larder.tiering.Origin;
import larder.tiering.SourceException;
import larder.upstream.BodyMemory;
import larder.upstream.Listing;
import larder.upstream.ManifestOutline;

/**
 * Passes lists through: tags as they are now, referrers as they were within the upstream's {@code
 * fresh-for}.
 */
final class ListingHandler {
  private static final List<String> PASSED_ON = List.of("n", "last", "artifactType");
  private static final Pattern NEXT = Pattern.compile("<[^>?]*\\?([^>]*)>(.*)");
  private static final long MOST_BYTES = 16L * 1024 * 1024;

  private final BodyMemory bodies;
  private final Cache<Asked, Listing> referrers;
  private final SingleFlight<Asked, Listing> flights = new SingleFlight<>();

  private record Asked(Repository repository, String path, String query) {}

  /**
   * @param bodies holds lists while they are sent
   */
  ListingHandler(BodyMemory bodies, Ticker ticker) {
    this.bodies = bodies;
    this.referrers =
        Caffeine.newBuilder()
            .maximumWeight(MOST_BYTES)
            .weigher((Asked asked, Listing listing) -> listing.body().length + 500)
            .expireAfter(
                Expiry.<Asked, Listing>creating(
                    (asked, listing) -> asked.repository().upstream().config().freshFor()))
            .ticker(ticker)
            .build();
  }

  void tags(Exchange exchange, Repository repository) throws IOException {
    Asked asked = new Asked(repository, "tags/list", query(exchange));
    Listing listing = flights.run(asked, () -> fetch(asked, Event.Cause.TAG_LIST));
    send(exchange, listing, Origin.UPSTREAM);
  }

  void referrers(Exchange exchange, Repository repository, Digest digest) throws IOException {
    Asked asked = new Asked(repository, "referrers/" + digest, query(exchange));
    Listing known = referrers.getIfPresent(asked);
    if (known != null) {
      send(exchange, known, Origin.MEMORY);
      return;
    }
    Listing listing = flights.run(asked, () -> fetch(asked, Event.Cause.REFERRERS));
    if (listing.status() == Status.OK_200.code()) {
      referrers.put(asked, listing);
    }
    send(exchange, listing, Origin.UPSTREAM);
  }

  /** Has no list in memory any more. */
  void forget() {
    referrers.invalidateAll();
  }

  private static Listing fetch(Asked asked, Event.Cause cause) throws IOException {
    Repository repository = asked.repository();
    Listing listing =
        repository.upstream().listing(repository.name(), asked.path(), asked.query(), cause);
    if (listing.status() == Status.OK_200.code() && !isJsonObject(listing.body())) {
      throw new SourceException.Unavailable(
          "what was sent for " + asked.path() + " of " + repository.name() + " is no JSON object",
          null);
    }
    return listing;
  }

  /** Tells a list from the page of a portal. */
  private static boolean isJsonObject(byte[] body) {
    try {
      ManifestOutline.of(body);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void send(Exchange exchange, Listing listing, Origin origin) throws IOException {
    if (exchange.isHead()) {
      describe(exchange, listing, origin);
      Replies.sendLength(exchange, listing.body().length);
      return;
    }
    try (BodyMemory.Hold _ = bodies.hold(listing.body())) {
      describe(exchange, listing, origin);
      Replies.send(exchange, listing.body());
    }
  }

  private static void describe(Exchange exchange, Listing listing, Origin origin) {
    exchange.origin = origin;
    exchange.status = listing.status();
    exchange.size = java.util.OptionalLong.of(listing.body().length);
    var response = exchange.response();
    response.status(Status.create(listing.status()));
    Headers.origin(exchange);
    response.header(HeaderNames.CONTENT_TYPE, listing.contentType().orElse("application/json"));
    listing
        .link()
        .flatMap(link -> rewritten(exchange, link))
        .ifPresent(link -> response.header(HeaderNames.LINK, link));
    listing
        .filtersApplied()
        .ifPresent(applied -> response.header(Headers.FILTERS_APPLIED, applied));
  }

  /** Leads to the next page through larder, by the path on which the client came. */
  private static Optional<String> rewritten(Exchange exchange, String link) {
    Matcher matcher = NEXT.matcher(link);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String query = passedOn(matcher.group(1));
    Optional<String> ns = parameter(exchange, "ns").map(value -> "&ns=" + value);
    String path = exchange.request().path().rawPath();
    return Optional.of("<" + path + "?" + query + ns.orElse("") + ">" + matcher.group(2));
  }

  private static String query(Exchange exchange) {
    return passedOn(exchange.request().prologue().query().rawValue());
  }

  /** The parameters that upstream is to see, as the client encoded them. */
  private static String passedOn(String rawQuery) {
    return Arrays.stream(rawQuery.split("&", -1))
        .filter(each -> PASSED_ON.contains(each.split("=", 2)[0]))
        .collect(Collectors.joining("&"));
  }

  private static Optional<String> parameter(Exchange exchange, String name) {
    return Arrays.stream(exchange.request().prologue().query().rawValue().split("&", -1))
        .filter(each -> each.startsWith(name + "="))
        .map(each -> each.substring(name.length() + 1))
        .findFirst();
  }
}
