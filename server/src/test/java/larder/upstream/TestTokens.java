package larder.upstream;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The test registry's token service: gives everyone a token for the scope asked for. */
final class TestTokens {
  private final AtomicInteger given = new AtomicInteger();
  private final Map<String, String> scopes = new ConcurrentHashMap<>();
  private volatile Optional<String> login = Optional.empty();

  /** Whoever does not show this gets no token. */
  void knowsOnly(String authorization) {
    login = Optional.of(authorization);
  }

  /** Only this gets tokens, when it is posted. */
  void knowsOnlyIdentityToken(String token) {
    login = Optional.of("refresh_token=" + token);
  }

  boolean knows(Received request) {
    boolean posted =
        request.method().equals("POST")
            && Arrays.asList(request.body().split("&", -1)).contains(login.orElse(""));
    return login.isEmpty() || posted || login.equals(request.header("Authorization"));
  }

  Response give(Received request) {
    if (!knows(request)) {
      return Response.error(401, "UNAUTHORIZED");
    }
    String scope = "";
    String parameters = request.body().isEmpty() ? request.query() : request.body();
    for (String parameter : parameters.split("&", -1)) {
      if (parameter.startsWith("scope=")) {
        scope = URLDecoder.decode(parameter.substring(6), StandardCharsets.UTF_8);
      }
    }
    String token = "token-" + given.incrementAndGet();
    allow(token, scope);
    String json = "{\"token\":\"" + token + "\",\"expires_in\":300}";
    return Response.of(200, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  /** A token that was made elsewhere. */
  void allow(String token, String scope) {
    scopes.put(token, scope);
  }

  void revokeAll() {
    scopes.clear();
  }

  boolean allows(Received request, String scope) {
    String authorization = request.header("Authorization").orElse("");
    return authorization.startsWith("Bearer ")
        && scope.equals(scopes.get(authorization.substring(7)));
  }

  static Response challenge(String realm, String scope) {
    String more = scope.isEmpty() ? "" : ",scope=\"" + scope + "\"";
    return Response.error(401, "UNAUTHORIZED")
        .with(
            "WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"test-registry\"" + more);
  }
}
