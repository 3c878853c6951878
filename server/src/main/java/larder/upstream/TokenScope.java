package larder.upstream;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import larder.tiering.SourceException.Denied;
import larder.tiering.SourceException.Unavailable;

/**
 * What a Bearer token is for.
 *
 * @param realm the token service
 * @param service that the token is shown to; empty when the challenge names none
 * @param scope such as {@code repository:library/alpine:pull}; empty for none
 */
record TokenScope(URI realm, String service, String scope) {

  /**
   * The scope that a registry's refusal asks for.
   *
   * @throws Denied when it wants what an anonymous client does not have
   * @throws Unavailable when the challenge makes no sense, or would give up encryption
   */
  static TokenScope demandedBy(Reply refusal) throws Denied, Unavailable {
    String where = refusal.ask().what() + " from " + refusal.site();
    List<Challenge> challenges = Challenge.parse(refusal.headers("WWW-Authenticate"));
    Challenge bearer =
        challenges.stream()
            .filter(c -> c.is("bearer"))
            .findFirst()
            .orElseThrow(() ->
                new Denied(
                    where
                        + ": "
                        + refusal.status()
                        + ", and larder was offered no way to make itself known that it has"));
    try {
      URI realm = new URI(RawUri.encodeIllegal(bearer.parameter("realm")));
      Site service =
          Site.of(realm)
              .orElseThrow(() ->
                  new Unavailable(
                      where + ": its token service is at no address that larder goes to", null));
      if (refusal.site().downgradesTo(service)) {
        throw new Unavailable(
            where + ": its token service is on http while it is on https, which is refused", null);
      }
      return new TokenScope(realm, bearer.parameter("service"), bearer.parameter("scope"));
    } catch (URISyntaxException e) {
      throw new Unavailable(where + ": its token service is at no address: " + e.getMessage(), e);
    }
  }

  TokenScope withScope(String other) {
    return new TokenScope(realm, service, other);
  }

  /** What is posted to the realm for a token by a refresh token (RFC 6749, 6). */
  String form(String refreshToken) {
    StringBuilder form =
        new StringBuilder("grant_type=refresh_token&client_id=larder&refresh_token=")
            .append(RawUri.encodeQuery(refreshToken));
    if (!service.isEmpty()) {
      form.append("&service=").append(RawUri.encodeQuery(service));
    }
    if (!scope.isEmpty()) {
      form.append("&scope=").append(RawUri.encodeQuery(scope));
    }
    return form.toString();
  }

  /** The address that gives the token. */
  URI request() {
    StringBuilder query = new StringBuilder();
    if (!service.isEmpty()) {
      query.append("&service=").append(RawUri.encodeQuery(service));
    }
    for (String one : scope.split(" ", -1)) {
      if (!one.isEmpty()) {
        query.append("&scope=").append(RawUri.encodeQuery(one));
      }
    }
    String base = realm.toString().split("#", 2)[0];
    if (query.isEmpty()) {
      return realm;
    }
    return URI.create(base + (base.indexOf('?') < 0 ? "?" + query.substring(1) : query));
  }
}
