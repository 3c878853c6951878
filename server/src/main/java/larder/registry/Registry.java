package larder.registry;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import larder.guarded.Guard;
import larder.http.CutShortException;
import larder.http.Readers;
import larder.registry.RegistryError.Code;
import larder.registry.Upstreams.Repository;
import larder.tiering.Digest;
import larder.tiering.Event;
import larder.tiering.Event.Kind;
import larder.tiering.Events;
import larder.tiering.TieredBlobs;
import larder.upstream.BodyMemory;

/**
 * The registry as clients see it, through one door or another. Every request ends here, with an
 * answer and an event.
 */
public final class Registry {
  private static final byte[] PING = {'{', '}'};

  private final Upstreams upstreams;
  private final BlobHandler blobs;
  private final ManifestHandler manifests;
  private final ListingHandler listings;
  private final String cluster;
  private final Events events;
  private final InstantSource clock;

  /**
   * @param lists memory for lists that are sent
   */
  public Registry(
      Upstreams upstreams,
      TieredBlobs blobs,
      Manifests manifests,
      Tags tags,
      Readers readers,
      BodyMemory lists,
      String cluster,
      Events events,
      InstantSource clock) {
    Accesses accesses = new Accesses(() -> clock.millis() * 1_000_000);
    this.upstreams = upstreams;
    this.blobs = new BlobHandler(blobs, readers, accesses);
    this.manifests = new ManifestHandler(manifests, tags, accesses);
    this.listings = new ListingHandler(lists, () -> clock.millis() * 1_000_000);
    this.cluster = cluster;
    this.events = events;
    this.clock = clock;
  }

  /** For a listener that whoever reaches it may use: what is private is not served there. */
  public Handler open() {
    Door door = new OpenDoor();
    return (request, response) -> handle(door, request, response);
  }

  /** For a listener where clients make themselves known. */
  public Handler guarded(Guard guard) {
    Door door = new GuardedDoor(guard);
    return (request, response) -> handle(door, request, response);
  }

  /** Has upstreams asked for lists anew. */
  public void forgetLists() {
    listings.forget();
  }

  private void handle(Door door, ServerRequest request, ServerResponse response) {
    Exchange exchange = new Exchange(request, response);
    long start = System.nanoTime();
    try {
      answer(door, exchange);
    } catch (CutShortException e) {
      exchange.bytes = e.bytes();
      exchange.aborted = true;
      throw e;
    } catch (RuntimeException e) {
      // The client has left in the middle of a small answer, or this is a bug.
      exchange.aborted = true;
      throw e;
    } finally {
      events.on(served(exchange, Duration.ofNanos(System.nanoTime() - start)));
    }
  }

  private void answer(Door door, Exchange exchange) {
    try {
      Door.Visitor visitor = door.admit(exchange);
      exchange.client = visitor.name();
      route(visitor, exchange);
    } catch (RegistryException e) {
      Envelope.send(exchange, e.error());
    } catch (IOException e) {
      Envelope.send(exchange, Failures.of(exchange.kind, exchange.upstream, e));
    }
  }

  private void route(Door.Visitor visitor, Exchange exchange)
      throws IOException, RegistryException {
    boolean get = exchange.method().equals("GET");
    if (!get && !exchange.isHead()) {
      exchange.response().header(HeaderNames.ALLOW, "GET, HEAD");
      throw RegistryError.of(
              405,
              Code.UNSUPPORTED,
              "larder is a cache and takes no pushes: push to the upstream registry itself")
          .asException();
    }
    switch (Target.parse(exchange.request().path().rawPath())) {
      case Target.Ping _ -> {
        exchange.kind = Kind.PING;
        exchange.status = Status.OK_200.code();
        exchange.response().header(Headers.API_VERSION, "registry/2.0");
        exchange.response().header(HeaderNames.CONTENT_TYPE, "application/json");
        Replies.send(exchange, PING);
      }
      case Target.Blob(String name, Digest digest) -> {
        Repository repository = repository(visitor, exchange, Kind.BLOB, name, digest.toString());
        exchange.digest = digest;
        if (get) {
          blobs.get(exchange, repository, digest);
        } else {
          blobs.head(exchange, repository, digest);
        }
      }
      case Target.Manifest(String name, Target.Reference reference) ->
          manifests.answer(
              exchange,
              repository(visitor, exchange, Kind.MANIFEST, name, reference.toString()),
              reference);
      case Target.Tags(String name) ->
          listings.tags(exchange, repository(visitor, exchange, Kind.TAG_LIST, name, ""));
      case Target.Referrers(String name, Digest digest) ->
          listings.referrers(
              exchange,
              repository(visitor, exchange, Kind.REFERRERS, name, digest.toString()),
              digest);
    }
  }

  private Repository repository(
      Door.Visitor visitor, Exchange exchange, Kind kind, String name, String reference)
      throws RegistryException {
    exchange.kind = kind;
    exchange.reference = reference;
    Repository repository = upstreams.resolve(name, ns(exchange));
    exchange.upstream = repository.upstream().config().name();
    exchange.repository = repository.name();
    visitor.mayHave(repository.upstream().config());
    return repository;
  }

  private static Optional<String> ns(Exchange exchange) throws RegistryException {
    String query = exchange.request().prologue().query().rawValue();
    if (query.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> raw =
        Arrays.stream(query.split("&", -1))
            .filter(each -> each.startsWith("ns="))
            .map(each -> each.substring("ns=".length()))
            .findFirst();
    if (raw.isEmpty()) {
      return raw;
    }
    Optional<String> decoded = PercentEncoding.decode(raw.get());
    if (decoded.isEmpty()) {
      throw RegistryError.of(
              400, Code.NAME_INVALID, "the ns '" + Printable.of(raw.get()) + "' is badly encoded")
          .asException();
    }
    return decoded;
  }

  private Event.Served served(Exchange exchange, Duration duration) {
    return new Event.Served(
        clock.instant(),
        cluster,
        exchange.client,
        exchange.agent(),
        exchange.upstream,
        exchange.repository,
        exchange.kind,
        exchange.reference,
        Optional.ofNullable(exchange.digest),
        exchange.size,
        exchange.method(),
        exchange.header(HeaderNames.RANGE).orElse(""),
        exchange.status,
        exchange.bytes,
        exchange.origin,
        exchange.counted,
        exchange.aborted,
        exchange.stale,
        duration);
  }
}
