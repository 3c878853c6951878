package larder.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves names for one upstream's connections and lets through only addresses that it may go to.
 * It is asked for every connection, whatever the host's notation, so that what counts is what was
 * resolved.
 */
final class CheckedNames implements DnsResolver {
  private final DnsResolver names;
  private final String upstream;
  private final boolean allowPrivate;

  CheckedNames(DnsResolver names, String upstream, boolean allowPrivate) {
    this.names = names;
    this.upstream = upstream;
    this.allowPrivate = allowPrivate;
  }

  /** That a name leads only to addresses that larder does not go to. */
  static final class RefusedException extends UnknownHostException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message);
    }
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] all = names.resolve(host);
    InetAddress[] allowed = Arrays.stream(all).filter(this::allows).toArray(InetAddress[]::new);
    if (allowed.length > 0) {
      return allowed;
    }
    if (all.length == 0) {
      throw new UnknownHostException(host + " has no address");
    }
    throw new RefusedException(refusal(host, all[0]));
  }

  private boolean allows(InetAddress address) {
    return switch (Reach.of(address)) {
      case PUBLIC -> true;
      case PRIVATE -> allowPrivate;
      case NEVER -> false;
    };
  }

  private String refusal(String host, InetAddress address) {
    String resolved = host + " resolved to " + address.getHostAddress();
    return switch (Reach.of(address)) {
      case NEVER -> resolved + ", a link-local or metadata address, which is never allowed";
      case PUBLIC, PRIVATE ->
          resolved
              + ", a private address; `allow-private-addresses: true` on upstream "
              + upstream
              + " permits it";
    };
  }

  @Override
  public String resolveCanonicalHostname(String host) throws UnknownHostException {
    return names.resolveCanonicalHostname(host);
  }
}
