package larder.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import larder.config.Secret;
import larder.identity.Identity;
import larder.tiering.Event;
import larder.tiering.SourceException;
import larder.tiering.SourceException.Denied;
import larder.tiering.SourceException.Throttled;
import larder.tiering.SourceException.Unavailable;

/** Bearer tokens, got once per scope however many ask, and kept while they are good. */
final class Tokens {
  private static final int MOST = 10_000;

  private final Redirects redirects;
  private final Account account;
  private final InstantSource clock;
  private final Cache<TokenScope, CompletableFuture<Token>> tokens =
      Caffeine.newBuilder().maximumSize(MOST).build();
  private final AtomicLong serial = new AtomicLong();

  /**
   * @param account whose the tokens are
   */
  Tokens(Redirects redirects, Account account, InstantSource clock) {
    this.redirects = redirects;
    this.account = account;
    this.clock = clock;
  }

  /** A token with a larger serial number than this was got after now. */
  long newest() {
    return serial.get();
  }

  /**
   * A good token for the scope.
   *
   * @throws SourceException when the token service does not give one; {@code Denied} only when it
   *     says so
   */
  Token get(TokenScope scope) throws SourceException {
    // A future in the map, not a loader: a loader would hold a lock of the map over the exchange.
    var mine = new CompletableFuture<Token>();
    while (true) {
      CompletableFuture<Token> there = tokens.asMap().putIfAbsent(scope, mine);
      if (there == null) {
        return fetch(scope, mine);
      }
      if (!there.isDone()) {
        return await(scope, there);
      }
      if (isGood(there)) {
        return there.resultNow();
      }
      tokens.asMap().remove(scope, there);
    }
  }

  /** Forgets a token that was refused, unless another has taken its place. */
  void drop(TokenScope scope, Token refused) {
    CompletableFuture<Token> there = tokens.getIfPresent(scope);
    if (there != null && isGood(there) && there.resultNow().equals(refused)) {
      tokens.asMap().remove(scope, there);
    }
  }

  /** Forgets the scope's token, so that the next who asks asks the token service. */
  void forget(TokenScope scope) {
    tokens.invalidate(scope);
  }

  private boolean isGood(CompletableFuture<Token> there) {
    return there.isDone()
        && !there.isCompletedExceptionally()
        && there.resultNow().goodUntil().isAfter(clock.instant());
  }

  private Token fetch(TokenScope scope, CompletableFuture<Token> mine) throws SourceException {
    try {
      Token token = request(scope);
      mine.complete(token);
      return token;
    } catch (SourceException e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      if (mine.isCompletedExceptionally() || !mine.isDone()) {
        tokens.asMap().remove(scope, mine);
        // Has an effect only after a bug, whose waiters must not wait for ever.
        mine.completeExceptionally(new Unavailable("token for " + scope + ": abandoned", null));
      }
    }
  }

  private static Token await(TokenScope scope, CompletableFuture<Token> there)
      throws SourceException {
    try {
      return there.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      var interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      throw new Unavailable("token for " + scope.scope() + ": interrupted", interrupted);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SourceException shared) {
        throw shared;
      }
      throw new AssertionError("completed with nothing else", e);
    }
  }

  private Token request(TokenScope scope) throws SourceException {
    Identity identity = account.identity();
    try {
      return request(scope, identity);
    } catch (Denied e) {
      if (!account.renew(identity)) {
        throw refused(scope, e);
      }
    }
    try {
      return request(scope, account.identity());
    } catch (Denied e) {
      throw refused(scope, e);
    }
  }

  private Denied refused(TokenScope scope, Denied denied) {
    Site.of(scope.realm()).ifPresent(account::refused);
    return denied;
  }

  private Token request(TokenScope scope, Identity identity) throws SourceException {
    Instant asked = clock.instant();
    String what = scope.scope().isEmpty() ? "token" : "token for " + scope.scope();
    Ask plain = Ask.of(what, "GET", scope.request(), Event.Cause.TOKEN);
    return switch (identity) {
      case Identity.Nobody _ -> request(plain, asked);
      case Identity.User user ->
          request(plain.authorized(Optional.of(user.authorization())), asked);
      case Identity.IdentityToken(Secret token) ->
          request(
              Ask.post(what, scope.realm(), scope.form(token.value()), Event.Cause.TOKEN), asked);
      case Identity.RegistryToken(Secret token) ->
          Token.given(token.value(), asked, serial.incrementAndGet());
    };
  }

  private Token request(Ask ask, Instant asked) throws SourceException {
    try (Reply reply = redirects.follow(ask.with("Accept", "application/json"))) {
      String where = ask.what() + " from " + reply.site();
      if (reply.status() == 200) {
        account.taken();
        return Token.read(reply.wholeSmall(), asked, serial.incrementAndGet(), where);
      }
      reply.discard();
      boolean refused = ask.form().isPresent() && reply.status() == 400;
      throw switch (refused ? 401 : reply.status()) {
        case 401, 403 -> new Denied(where + ": refused with " + reply.status());
        case 429 -> new Throttled(where + ": asked too often", reply.retryAfter(clock.instant()));
        default -> new Unavailable(where + ": answered " + reply.status(), null);
      };
    }
  }
}
