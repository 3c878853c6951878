package larder.upstream;

import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import larder.tiering.SourceException.Unavailable;

/** Asks, and follows redirects by hand. Credentials stay on the site that they were meant for. */
final class Redirects {
  private static final int MOST = 5;

  private final Wire wire;

  Redirects(Wire wire) {
    this.wire = wire;
  }

  /**
   * The answer at the end of the redirects.
   *
   * @throws Unavailable when a host does not answer, a redirect leads nowhere, or a good answer's
   *     bytes are not the ones asked for but an encoding of them
   */
  Reply follow(Ask first) throws Unavailable {
    Site home = site(first, first.uri());
    Ask ask = first;
    Site site = home;
    for (int followed = 0; ; followed++) {
      Reply reply = site.equals(home) ? wire.exchange(ask, site) : elsewhere(ask, site);
      if (!isRedirect(reply.status())) {
        return plain(reply);
      }
      reply.discard();
      if (ask.form().isPresent()) {
        throw new Unavailable(
            ask.what() + " from " + site + ": redirected, and what is posted is shown to no other",
            null);
      }
      if (followed == MOST) {
        throw new Unavailable(
            ask.what() + " from " + home + ": more than " + MOST + " redirects", null);
      }
      URI next = location(reply, ask);
      Site nextSite = site(first, next);
      if (site.downgradesTo(nextSite)) {
        throw new Unavailable(
            ask.what() + " from " + site + ": redirected from https to http, which is refused",
            null);
      }
      // Once dropped they stay dropped: a site that the redirects come back to has not asked anew.
      ask = nextSite.equals(site) ? ask.at(next) : ask.at(next).authorized(Optional.empty());
      site = nextSite;
    }
  }

  /** A time-out that was not the asked site's own: that one has answered, with a redirect. */
  static final class ElsewhereTimeoutException extends InterruptedIOException {
    private static final long serialVersionUID = 1;

    ElsewhereTimeoutException(Unavailable cause) {
      super(cause.getMessage());
      initCause(cause);
    }
  }

  private Reply elsewhere(Ask ask, Site site) throws Unavailable {
    try {
      return wire.exchange(ask, site);
    } catch (Unavailable e) {
      if (e.getCause() instanceof BusyException) {
        throw e;
      }
      throw new Unavailable(
          e.getMessage() + ", where the registry had redirected to",
          e.timedOut() ? new ElsewhereTimeoutException(e) : e);
    }
  }

  private static Reply plain(Reply reply) throws Unavailable {
    Optional<String> encoding = reply.header("Content-Encoding");
    if (reply.is2xx()
        && encoding.filter(e -> !e.strip().equalsIgnoreCase("identity")).isPresent()) {
      reply.close();
      throw new Unavailable(
          reply.ask().what()
              + " from "
              + reply.site()
              + ": encoded as "
              + encoding.get()
              + " though asked not to",
          null);
    }
    return reply;
  }

  private static boolean isRedirect(int status) {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  private static URI location(Reply reply, Ask ask) throws Unavailable {
    String text =
        reply
            .header("Location")
            .orElseThrow(() ->
                new Unavailable(
                    ask.what() + " from " + reply.site() + ": redirected without a Location",
                    null));
    try {
      URI next = resolve(ask.uri(), RawUri.encodeIllegal(text.strip()));
      return next.getRawFragment() == null
          ? next
          : new URI(next.toString().substring(0, next.toString().indexOf('#')));
    } catch (URISyntaxException e) {
      // The text may hold a signature, so it stays out of the message.
      throw new Unavailable(
          ask.what() + " from " + reply.site() + ": redirected to what is no address", e);
    }
  }

  private static URI resolve(URI base, String reference) throws URISyntaxException {
    if (!reference.startsWith("?")) {
      return base.resolve(new URI(reference));
    }
    // URI.resolve would take the path's last part away too.
    return new URI(base.toString().split("[?#]", 2)[0] + reference);
  }

  private static Site site(Ask ask, URI uri) throws Unavailable {
    return Site.of(uri)
        .orElseThrow(() ->
            new Unavailable(
                ask.what()
                    + ": led to an address that larder does not go to: neither http nor https,"
                    + " no host, or a user name in it",
                null));
  }
}
