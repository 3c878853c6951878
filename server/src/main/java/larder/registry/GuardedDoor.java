package larder.registry;

import io.helidon.common.socket.PeerInfo;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import larder.config.UpstreamConfig;
import larder.guarded.Admission;
import larder.guarded.Approach;
import larder.guarded.Client;
import larder.guarded.Guard;
import larder.registry.RegistryError.Code;

/** Lets in who is known, to what that client may have. */
final class GuardedDoor implements Door {
  private static final Header CHALLENGE =
      HeaderValues.createCached(HeaderNames.WWW_AUTHENTICATE, "Basic realm=\"larder\"");

  private final Guard guard;

  GuardedDoor(Guard guard) {
    this.guard = guard;
  }

  private record Known(Client client) implements Visitor {
    @Override
    public String name() {
      return client.name();
    }

    @Override
    public void mayHave(UpstreamConfig upstream) throws RegistryException {
      if (!client.access().allows(upstream.name(), upstream.open())) {
        throw RegistryError.of(
                403,
                Code.DENIED,
                "larder does not let "
                    + client.name()
                    + " have what "
                    + upstream.name()
                    + " holds: larder.guarded.clients says who may")
            .asException();
      }
    }
  }

  @Override
  public Visitor admit(Exchange exchange) throws RegistryException {
    PeerInfo peer = exchange.request().remotePeer();
    List<String> shown = exchange.request().headers().all(HeaderNames.AUTHORIZATION, List::of);
    Approach approach =
        new Approach(
            exchange.client,
            shown.isEmpty() ? Optional.empty() : Optional.of(String.join(",", shown)),
            guard.takesCertificates()
                ? peer.tlsCertificates().flatMap(GuardedDoor::own)
                : Optional.empty());
    return switch (guard.admit(approach)) {
      case Admission.Admitted(Client client) -> new Known(client);
      case Admission.Refused refused -> throw refusal(exchange, refused).asException();
    };
  }

  private static Optional<X509Certificate> own(Certificate[] chain) {
    return chain.length > 0 && chain[0] instanceof X509Certificate own
        ? Optional.of(own)
        : Optional.empty();
  }

  private RegistryError refusal(Exchange exchange, Admission.Refused refused) {
    return switch (refused.reason()) {
      case NONE -> unknown(exchange, "larder serves here only whom it knows: log in to it");
      case UNKNOWN ->
          unknown(exchange, "larder knows no such user with that password, token or certificate");
      case MALFORMED ->
          unknown(
              exchange, "larder cannot read the Authorization header: Basic and Bearer are known");
      case SLOWED_DOWN ->
          new RegistryError(
              429,
              Code.TOOMANYREQUESTS,
              "larder was shown too many wrong passwords or tokens from there: wait, then log in with the right one",
              refused.retryAfter());
      case BUSY ->
          new RegistryError(
              503,
              Code.UNAVAILABLE,
              "larder is checking too many passwords: try again",
              refused.retryAfter());
    };
  }

  /** Clients learn from it that, and how, they are to make themselves known. */
  private RegistryError unknown(Exchange exchange, String message) {
    exchange.response().header(Headers.API_VERSION, "registry/2.0");
    if (guard.challenges()) {
      exchange.response().header(CHALLENGE);
      return RegistryError.of(401, Code.UNAUTHORIZED, message);
    }
    return RegistryError.of(403, Code.DENIED, message + " by a client certificate");
  }
}
