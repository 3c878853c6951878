package larder.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import larder.identity.Identity;
import larder.identity.LoginException;
import larder.tiering.Event;
import larder.tiering.SourceException;
import larder.tiering.SourceException.Denied;
import larder.tiering.SourceException.Throttled;
import larder.tiering.SourceException.Unavailable;
import larder.tiering.SourceException.Unknown;

/** One registry: an upstream's url or one of its mirrors. Asks with tokens and judges answers. */
final class Place implements AutoCloseable {
  private static final int MOST_REPOSITORIES = 10_000;

  /** Without a token or login, with one from before, with a fresh one. */
  private static final int MOST_ATTEMPTS = 3;

  private final String base;
  private final Site site;
  private final boolean decides;
  private final Redirects redirects;
  private final Account account;
  private final Tokens tokens;
  private final InstantSource clock;
  private final Pulse pulse;
  private final Cache<String, TokenScope> scopes =
      Caffeine.newBuilder().maximumSize(MOST_REPOSITORIES).build();
  private volatile Optional<TokenScope> anyScope = Optional.empty();
  private volatile boolean basic;

  /**
   * @param url of the registry, without {@code /v2/}
   * @param decides whether its "no such thing" and "not for you" are the upstream's. A mirror's are
   *     not: it may hold only a part
   * @param tokens of the account
   */
  Place(
      URI url,
      boolean decides,
      Redirects redirects,
      Account account,
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
    this.account = account;
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
   * The answer to the question with what the registry wants to see. A refusal is its answer only
   * when it refused a token for what it demands that was got after the question, or the login
   * itself; of it there may be no body left.
   */
  private Reply authorized(Ask ask, String repository) throws SourceException {
    long before = tokens.newest();
    Demand demand = known(repository);
    for (int attempt = 1; ; attempt++) {
      Shown shown = show(demand);
      Reply reply = redirects.follow(ask.authorized(shown.authorization()));
      boolean refused =
          reply.status() == 401 || (reply.status() == 403 && shown.authorization().isPresent());
      if (!refused || attempt == MOST_ATTEMPTS || !reply.site().equals(site)) {
        return judged(reply, shown);
      }
      // Before all that may fail: nobody would give the connection back.
      reply.discard();
      Demand met = demand;
      if (reply.status() == 401) {
        demand = learn(Demand.of(reply, account), repository);
      }
      if (demand.equals(met) && !hasAnother(shown, before)) {
        return judged(reply, shown);
      }
    }
  }

  /** Tells the account what an answer that stands says of it. */
  private Reply judged(Reply reply, Shown shown) {
    if (shown.authorization().isEmpty()) {
      return reply;
    }
    if (reply.is2xx()) {
      account.taken();
    } else if (reply.status() == 401
        && reply.site().equals(site)
        && (shown instanceof Shown.Basic || account.isToken())) {
      account.refused(site);
    }
    return reply;
  }

  /** What is shown with a question. */
  private sealed interface Shown {
    Optional<String> authorization();

    record Nothing() implements Shown {
      @Override
      public Optional<String> authorization() {
        return Optional.empty();
      }
    }

    record Basic(Identity.User user) implements Shown {
      @Override
      public Optional<String> authorization() {
        return Optional.of(user.authorization());
      }
    }

    record Bearer(TokenScope scope, Token token) implements Shown {
      @Override
      public Optional<String> authorization() {
        return Optional.of("Bearer " + token.value());
      }
    }
  }

  private Shown show(Demand demand) throws SourceException {
    return switch (demand) {
      case Demand.Nothing _ -> new Shown.Nothing();
      // Whoever has become something else meanwhile shows nothing, and is told anew what to show.
      case Demand.Basic _ ->
          account.identity() instanceof Identity.User user
              ? new Shown.Basic(user)
              : new Shown.Nothing();
      case Demand.Bearer(TokenScope scope) -> new Shown.Bearer(scope, tokens.get(scope));
    };
  }

  /** Whether there is another to show than what was refused, for a question that began before. */
  private boolean hasAnother(Shown refused, long before) throws SourceException {
    return switch (refused) {
      case Shown.Nothing _ -> false;
      case Shown.Basic(Identity.User user) -> account.renew(user);
      case Shown.Bearer(TokenScope scope, Token token) -> {
        boolean old = token.serial() <= before;
        if (old) {
          tokens.drop(scope, token);
        }
        yield old;
      }
    };
  }

  private Demand known(String repository) {
    if (basic) {
      return new Demand.Basic();
    }
    return scope(repository).<Demand>map(Demand.Bearer::new).orElseGet(Demand.Nothing::new);
  }

  private Optional<TokenScope> scope(String repository) {
    TokenScope known = scopes.getIfPresent(repository);
    return known != null
        ? Optional.of(known)
        : anyScope.map(any -> any.withScope(pullScope(repository)));
  }

  private Demand learn(Demand demand, String repository) {
    basic = demand instanceof Demand.Basic;
    if (demand instanceof Demand.Bearer(TokenScope scope)) {
      // A registry that names another scope than the usual one is not guessed at for others.
      if (scope.scope().equals(pullScope(repository))) {
        anyScope = Optional.of(scope);
      }
      scopes.put(repository, scope);
    }
    return demand;
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
              ? new Denied(said + ", " + refusal())
              : new Unavailable(said + " where the registry had redirected to", null);
      case 429 -> new Throttled(said + ", asked too often", reply.retryAfter(clock.instant()));
      default -> new Unavailable(said + " is no answer", null);
    };
  }

  private String refusal() {
    return account.isAnonymous()
        ? "it is not for anonymous clients"
        : "it refuses larder's login, or that may not see this image";
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
      // Trouble with larder's own login, or its own connections, says nothing of the registry.
      boolean asked =
          !(e.getCause() instanceof LoginException || e.getCause() instanceof BusyException);
      if (asked && !Silence.is(e)) {
        pulse.answered();
      }
    }
  }

  @Override
  public void close() {
    pulse.close();
  }
}
