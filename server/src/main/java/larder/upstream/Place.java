package larder.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import larder.tiering.Event;
import larder.tiering.SourceException;
import larder.tiering.SourceException.Denied;
import larder.tiering.SourceException.Throttled;
import larder.tiering.SourceException.Unavailable;
import larder.tiering.SourceException.Unknown;

/** One registry: an upstream's url or one of its mirrors. Asks with tokens and judges answers. */
final class Place implements AutoCloseable {
  private static final int MOST_REPOSITORIES = 10_000;

  /** Without a token, with one from before, with a fresh one. */
  private static final int MOST_ATTEMPTS = 3;

  private final String base;
  private final Site site;
  private final boolean decides;
  private final Redirects redirects;
  private final Tokens tokens;
  private final InstantSource clock;
  private final Pulse pulse;
  private final Cache<String, TokenScope> scopes =
      Caffeine.newBuilder().maximumSize(MOST_REPOSITORIES).build();
  private volatile Optional<TokenScope> anyScope = Optional.empty();

  /**
   * @param url of the registry, without {@code /v2/}
   * @param decides whether its "no such thing" and "not for you" are the upstream's. A mirror's are
   *     not: it may hold only a part
   */
  Place(
      URI url,
      boolean decides,
      Redirects redirects,
      Tokens tokens,
      InstantSource clock,
      Pulse.Pause pause) {
    this.site =
        Site.of(url)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    url + " is no address of a registry: http or https, a host, no user name"));
    String text = url.toString();
    this.base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    this.decides = decides;
    this.redirects = redirects;
    this.tokens = tokens;
    this.clock = clock;
    this.pulse = new Pulse(site.toString(), this::probe, pause);
  }

  String name() {
    return site.toString();
  }

  boolean answering() {
    return pulse.answering();
  }

  /** A question about a repository; {@code path} is what follows its name. */
  Ask question(String what, String method, String repository, String path, Event.Cause cause) {
    String uri = RawUri.encodeIllegal(base + "/v2/" + repository + "/" + path);
    return Ask.of(what, method, URI.create(uri), cause);
  }

  /**
   * The registry's good answer: its status is 200, or {@code alsoGood}.
   *
   * @throws SourceException what any other answer means
   */
  Reply ask(Ask ask, String repository, int alsoGood) throws SourceException {
    try {
      Reply reply = authorized(ask, repository);
      pulse.answered();
      if (reply.status() == 200 || reply.status() == alsoGood) {
        return reply;
      }
      reply.discard();
      throw meaning(reply);
    } catch (Unavailable e) {
      if (Silence.is(e)) {
        pulse.silent();
      }
      throw e;
    } catch (Unknown | Denied e) {
      pulse.answered();
      if (decides) {
        throw e;
      }
      throw new Unavailable(e.getMessage() + " (a mirror)", e);
    }
  }

  /**
   * The answer to the question with a token, where the registry wants one. A refusal is its answer
   * only when it refused a token for what it demands that was got after the question.
   */
  private Reply authorized(Ask ask, String repository) throws SourceException {
    long before = tokens.newest();
    Optional<TokenScope> scope = scope(repository);
    for (int attempt = 1; ; attempt++) {
      Optional<Token> token =
          scope.isPresent() ? Optional.of(tokens.get(scope.get())) : Optional.empty();
      Reply reply = redirects.follow(ask.authorized(token.map(t -> "Bearer " + t.value())));
      boolean refused = reply.status() == 401 || (reply.status() == 403 && token.isPresent());
      if (!refused || attempt == MOST_ATTEMPTS || !reply.site().equals(site)) {
        return reply;
      }
      Optional<TokenScope> used = scope;
      if (reply.status() == 401) {
        reply.discard();
        scope = Optional.of(learn(TokenScope.demandedBy(reply), repository));
      }
      if (scope.equals(used) && token.isPresent()) {
        if (token.get().serial() > before) {
          return reply;
        }
        tokens.drop(scope.get(), token.get());
      }
      reply.discard();
    }
  }

  private Optional<TokenScope> scope(String repository) {
    TokenScope known = scopes.getIfPresent(repository);
    return known != null
        ? Optional.of(known)
        : anyScope.map(any -> any.withScope(pullScope(repository)));
  }

  private TokenScope learn(TokenScope demanded, String repository) {
    // A registry that names another scope than the usual one is not guessed at for others.
    if (demanded.scope().equals(pullScope(repository))) {
      anyScope = Optional.of(demanded);
    }
    scopes.put(repository, demanded);
    return demanded;
  }

  private static String pullScope(String repository) {
    return repository.isEmpty() ? "" : "repository:" + repository + ":pull";
  }

  private SourceException meaning(Reply reply) {
    boolean home = reply.site().equals(site);
    String said = where(reply) + ": " + reply.status();
    return switch (reply.status()) {
      case 404 ->
          home || isRegistry(reply)
              ? new Unknown(said + ", it does not exist")
              : new Unavailable(said + " where the registry had redirected to", null);
      case 401, 403 ->
          home
              ? new Denied(said + ", it is not for anonymous clients")
              : new Unavailable(said + " where the registry had redirected to", null);
      case 429 -> new Throttled(said + ", asked too often", reply.retryAfter(clock.instant()));
      default -> new Unavailable(said + " is no answer", null);
    };
  }

  /** Some registries redirect to another registry, whose answers count; a file store's do not. */
  private static boolean isRegistry(Reply reply) {
    return reply.header("Docker-Distribution-Api-Version").isPresent()
        || reply.mediaType().filter("application/json"::equals).isPresent();
  }

  private static String where(Reply reply) {
    return reply.ask().what() + " from " + reply.site();
  }

  /** Tells the pulse only of an answer: while this is asked, the registry is known to be silent. */
  private void probe() {
    scope("").ifPresent(tokens::forget);
    Ask ask = Ask.of("/v2/", "GET", URI.create(base + "/v2/"), Event.Cause.PROBE);
    try (Reply reply = authorized(ask, "")) {
      reply.discard();
      pulse.answered();
    } catch (SourceException e) {
      if (!Silence.is(e)) {
        pulse.answered();
      }
    }
  }

  @Override
  public void close() {
    pulse.close();
  }
}
