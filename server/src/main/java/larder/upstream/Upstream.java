package larder.upstream;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import larder.config.TlsFiles;
import larder.config.UpstreamConfig;
import larder.identity.Login;
import larder.identity.Surroundings;
import larder.tiering.BlobKey;
import larder.tiering.CorruptBlobException;
import larder.tiering.Digest;
import larder.tiering.Event;
import larder.tiering.Event.Cause;
import larder.tiering.Events;
import larder.tiering.Source;
import larder.tiering.SourceException;
import larder.tiering.SourceException.Denied;
import larder.tiering.SourceException.Throttled;
import larder.tiering.SourceException.Unavailable;
import larder.tiering.SourceException.Unknown;
import larder.tiering.Space;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;

/**
 * One configured upstream registry: its url and its mirrors behind one face. All methods block and
 * are meant for virtual threads.
 *
 * <p>When the url fails the mirrors are asked in order. That something does not exist or is not for
 * larder is an answer only from the url; of a mirror it means that the next is asked. A failure is
 * thrown as the url's own, with those of the mirrors suppressed in it.
 */
public final class Upstream implements AutoCloseable {
  /** The largest manifest in bytes that larder takes. */
  public static final int LARGEST_MANIFEST = 4 << 20;

  private static final int LARGEST_LISTING = 8 << 20;
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;

  private final UpstreamConfig config;
  private final Space space;
  private final Bounds bounds;
  private final Wire wire;
  private final List<Place> places;
  private final List<NoRanges> noRanges;

  private Upstream(
      UpstreamConfig config, Bounds bounds, Wire wire, Outside outside, InstantSource clock) {
    this.config = config;
    this.space =
        switch (config.visibility()) {
          case PUBLIC -> Space.PUBLIC;
          case PRIVATE -> new Space.Private(config.name());
        };
    this.bounds = bounds;
    this.wire = wire;
    var redirects = new Redirects(wire);
    var login =
        Login.of(config.credentials(), config.url(), config.proxies(), clock, outside.around());
    var account = Account.of(config, login, clock);
    var tokens = new Tokens(redirects, account, clock);
    List<Place> all = new ArrayList<>();
    all.add(new Place(config.url(), true, redirects, account, tokens, clock, outside.pause()));
    // The credentials are the url's: a mirror is another host.
    var nobody = Account.anonymous(config, clock);
    var anyones = new Tokens(redirects, nobody, clock);
    for (var mirror : config.mirrors()) {
      all.add(new Place(mirror, false, redirects, nobody, anyones, clock, outside.pause()));
    }
    this.places = List.copyOf(all);
    this.noRanges = all.stream().map(place -> new NoRanges(clock)).toList();
  }

  /**
   * What an upstream may take of the process.
   *
   * @param connections to it and its mirrors at once, idle ones among them; at least 1
   * @param manifests memory for manifests that come from it
   * @param lists memory for lists that come from it
   */
  public record Bounds(int connections, BodyMemory manifests, BodyMemory lists) {
    private static final int PART_OF_HEAP = 8;
    private static final long FEWEST_BYTES = 2 * LARGEST_LISTING;

    /**
     * Gives manifests on their way a part of the heap, and lists too; at least two of the largest.
     *
     * @param heap in bytes
     */
    public static Bounds within(long heap, int connections) {
      long bytes = Math.max(FEWEST_BYTES, heap / PART_OF_HEAP);
      return new Bounds(
          connections, new BodyMemory("manifests", bytes), new BodyMemory("lists", bytes));
    }
  }

  /** What a test has other than a server: names, certificates to trust, waiting, programs. */
  record Outside(DnsResolver names, TlsSocketStrategy tls, Pulse.Pause pause, Surroundings around) {
    static final Outside REAL =
        new Outside(
            SystemDefaultDnsResolver.INSTANCE,
            DefaultClientTlsStrategy.createDefault(),
            Thread::sleep,
            Surroundings.of(System.getenv()));
  }

  /**
   * Makes the client; asks nothing yet.
   *
   * @param userAgent that upstream sees, such as {@code larder/0.1.0}
   * @throws IllegalArgumentException when the url or a mirror is no address of a registry
   */
  public static Upstream open(
      UpstreamConfig config, Bounds bounds, Events events, InstantSource clock, String userAgent) {
    return open(config, bounds, events, clock, userAgent, Outside.REAL);
  }

  static Upstream open(
      UpstreamConfig config,
      Bounds bounds,
      Events events,
      InstantSource clock,
      String userAgent,
      Outside outside) {
    var timeouts = config.timeouts();
    var patience =
        new Connections.Patience(timeouts.connect(), timeouts.response(), timeouts.silence());
    var names =
        new CheckedNames(
            outside.names(),
            config.name(),
            config.allowPrivateAddresses(),
            config.proxies()::contain);
    var routes = new Routes(config.proxies(), names);
    var tls = encryption(config, outside, clock);
    var client = Connections.open(bounds.connections(), patience, names, tls, routes, userAgent);
    var wire = new Wire(config.name(), client, routes, patience, events, clock);
    return new Upstream(config, bounds, wire, outside, clock);
  }

  private static TlsSocketStrategy encryption(
      UpstreamConfig config, Outside outside, InstantSource clock) {
    Optional<Site> home = Site.of(config.url());
    return config.tls().equals(TlsFiles.NONE) || home.isEmpty()
        ? outside.tls()
        : new Encryption(config.tls(), home.get(), clock);
  }

  public UpstreamConfig config() {
    return config;
  }

  /** What a blob or manifest of this upstream is kept by. */
  public BlobKey key(Digest digest) {
    return new BlobKey(space, digest);
  }

  /** Where what it holds is kept. */
  public Space space() {
    return space;
  }

  /**
   * Whether it is not known to be silent: true until neither the url nor a mirror can be reached or
   * answers in time, and again once one has answered, be it a probe in the background.
   */
  public boolean answering() {
    return places.stream().anyMatch(Place::answering);
  }

  /**
   * The places to read a blob from, in the order in which a fill tries them: the url, then the
   * mirrors, those last that are known not to answer.
   */
  public List<Source> blob(String repository, Digest digest) {
    List<Source> sources = new ArrayList<>();
    for (Place place : inOrder()) {
      NoRanges noRangesThere = noRanges.get(places.indexOf(place));
      sources.add(new BlobSource(place, noRangesThere, config.ranges(), repository, digest));
    }
    return List.copyOf(sources);
  }

  /**
   * The size of a blob in bytes, by HEAD; empty when upstream has it but does not say.
   *
   * @throws SourceException when it has not, or does not answer
   */
  public OptionalLong blobSize(String repository, Digest digest) throws IOException {
    return firstThatAnswers(place -> {
      String what = "blob " + digest + " of " + repository;
      Ask ask = place.question(what, "HEAD", repository, "blobs/" + digest, Cause.BLOB_HEAD);
      try (Reply reply = place.ask(ask, repository, OK)) {
        return reply.length();
      }
    });
  }

  /**
   * A manifest, by GET.
   *
   * @param reference a tag, or a digest as text
   * @param accept the media types asked for, each sent as one {@code Accept}
   * @throws SourceException when there is none, or upstream does not answer with one
   * @throws CorruptBlobException when it is another than the digest names, and no mirror has the
   *     right one
   */
  public Manifest manifest(String repository, String reference, List<String> accept)
      throws IOException {
    return firstThatAnswers(place -> {
      Ask ask = manifestQuestion(place, "GET", repository, reference, accept, Cause.MANIFEST);
      try (Reply reply = place.ask(ask, repository, OK)) {
        Manifest manifest = ManifestReader.read(reply, LARGEST_MANIFEST, bounds.manifests());
        Optional<Digest> named = Digest.parse(reference);
        if (named.isPresent()) {
          verify(named.get(), manifest, place);
        }
        return manifest;
      }
    });
  }

  private void verify(Digest named, Manifest manifest, Place place) throws CorruptBlobException {
    Digest got = Digest.of(named.algorithm(), manifest.body());
    if (!got.equals(named)) {
      throw new CorruptBlobException(key(named), place.name(), got.toString());
    }
  }

  /**
   * What upstream says of a manifest, by HEAD.
   *
   * @param reference a tag, or a digest as text
   * @param accept the media types asked for, each sent as one {@code Accept}
   * @throws SourceException when there is none, or upstream does not answer
   */
  public ManifestHead manifestHead(String repository, String reference, List<String> accept)
      throws IOException {
    return firstThatAnswers(place -> {
      Ask ask = manifestQuestion(place, "HEAD", repository, reference, accept, Cause.MANIFEST_HEAD);
      try (Reply reply = place.ask(ask, repository, OK)) {
        return new ManifestHead(
            reply.header("Docker-Content-Digest").flatMap(Digest::parse),
            reply.mediaType(),
            reply.length());
      }
    });
  }

  /**
   * A list, by GET.
   *
   * @param path what follows the repository, such as {@code tags/list}
   * @param rawQuery as the client sent it, without the question mark; may be empty
   * @throws SourceException when there is none, or upstream does not answer with one
   */
  public Listing listing(String repository, String path, String rawQuery, Cause cause)
      throws IOException {
    String question = rawQuery.isEmpty() ? path : path + "?" + rawQuery;
    return firstThatAnswers(place -> {
      String what = path + " of " + repository;
      Ask ask = place.question(what, "GET", repository, question, cause);
      try (Reply reply = place.ask(ask, repository, BAD_REQUEST)) {
        return new Listing(
            reply.status(),
            reply.whole(LARGEST_LISTING, bounds.lists()),
            reply.header("Content-Type"),
            reply.header("Link"),
            reply.header("OCI-Filters-Applied"));
      }
    });
  }

  private static Ask manifestQuestion(
      Place place,
      String method,
      String repository,
      String reference,
      List<String> accept,
      Event.Cause cause) {
    String what = "manifest " + repository + (reference.contains(":") ? "@" : ":") + reference;
    Ask ask = place.question(what, method, repository, "manifests/" + reference, cause);
    for (String type : accept) {
      ask = ask.with("Accept", type);
    }
    return ask;
  }

  /** One question to one place. */
  @FunctionalInterface
  private interface Question<T> {
    T ask(Place place) throws IOException;
  }

  private <T> T firstThatAnswers(Question<T> question) throws IOException {
    Optional<IOException> ofUrl = Optional.empty();
    List<IOException> ofMirrors = new ArrayList<>();
    for (Place place : inOrder()) {
      try {
        return question.ask(place);
      } catch (Unknown | Denied answer) {
        throw answer;
      } catch (Throttled | Unavailable | CorruptBlobException failure) {
        if (place == places.getFirst()) {
          ofUrl = Optional.of(failure);
        } else {
          ofMirrors.add(failure);
        }
      }
    }
    IOException thrown = ofUrl.orElseThrow();
    ofMirrors.forEach(thrown::addSuppressed);
    throw thrown;
  }

  private List<Place> inOrder() {
    return places.stream().sorted(Comparator.comparing(place -> !place.answering())).toList();
  }

  @Override
  public void close() {
    places.forEach(Place::close);
    wire.close();
  }
}
