package larder.upstream;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves names for one upstream's connections and lets through only addresses that it may go to.
 * It is asked for every connection, whatever the host's notation, so that what counts is what was
 * resolved.
 */
final class CheckedNames implements DnsResolver {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f:.]+");
  private static final Set<String> METADATA =
      Set.of(
          "metadata.google.internal",
          "metadata.goog",
          "metadata",
          "instance-data.ec2.internal",
          "instance-data");

  private final DnsResolver names;
  private final String upstream;
  private final boolean allowPrivate;
  private final Predicate<String> isProxy;

  /**
   * @param isProxy tells hosts that are the operator's own proxies, which may be anywhere
   */
  CheckedNames(
      DnsResolver names, String upstream, boolean allowPrivate, Predicate<String> isProxy) {
    this.isProxy = isProxy;
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
    return isProxy.test(host) ? names.resolve(host) : resolveChecked(host);
  }

  /**
   * Checks a host that only a proxy will resolve: whatever the proxy may take for an address must
   * be one that larder may go to, and the name must not be a metadata service's.
   */
  void checkUnresolved(String host) throws UnknownHostException {
    String bare = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    if (METADATA.contains(bare.toLowerCase(Locale.ROOT))) {
      throw new RefusedException(host + " is a metadata service, which is never allowed");
    }
    // With a zone, as in fe80::1%eth0, an address is one of this machine's networks, if any.
    Pattern form = bare.indexOf(':') < 0 ? PLAIN : ADDRESS;
    if (!form.matcher(bare).matches()) {
      throw new RefusedException(
          host + " is no plain host name or address, which a proxy might read as another");
    }
    for (InetAddress address : literals(bare)) {
      if (!allows(address)) {
        throw new RefusedException(refusal(host, address));
      }
    }
  }

  /** What a text is as an address, in each notation that there is; none for a name. */
  private static List<InetAddress> literals(String host) {
    List<InetAddress> all = new ArrayList<>();
    for (Function<String, InetAddress> notation :
        List.<Function<String, InetAddress>>of(
            InetAddress::ofLiteral, Inet4Address::ofPosixLiteral)) {
      try {
        all.add(notation.apply(host));
      } catch (IllegalArgumentException e) {
        // Not in this one.
      }
    }
    return all;
  }

  /** The addresses of a host that larder may go to, also when it is a proxy. */
  InetAddress[] resolveChecked(String host) throws UnknownHostException {
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
