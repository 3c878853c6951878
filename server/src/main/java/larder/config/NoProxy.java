package larder.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which hosts are reached without a proxy: what {@code NO_PROXY} says, and this machine. */
final class NoProxy {
  private static final Pattern WITH_PORT =
      Pattern.compile("(?:\\[(?<v6>[^]]*)]|(?<host>[^:]*)):(?<port>[0-9]+)");
  private static final Pattern V4 =
      Pattern.compile("(?:0|[1-9][0-9]{0,2})(?:\\.(?:0|[1-9][0-9]{0,2})){3}");

  private final List<Predicate<Target>> rules;

  /**
   * Where a connection would go.
   *
   * @param host in lower case, without a dot at its end
   * @param address that the host is, when it is no name
   */
  private record Target(String host, int port, Optional<InetAddress> address) {}

  private NoProxy(List<Predicate<Target>> rules) {
    this.rules = List.copyOf(rules);
  }

  /**
   * Reads a list with commas between hosts, domains with or without a dot before them, addresses,
   * networks such as {@code 10.0.0.0/8}, each but the last with a port where that matters, or
   * {@code *} for all. What is none of that matches nothing.
   */
  static NoProxy parse(String text) {
    List<Predicate<Target>> rules = new ArrayList<>();
    for (String entry : text.toLowerCase(Locale.ROOT).split(",", -1)) {
      if (!entry.isBlank()) {
        rules.add(rule(entry.strip()));
      }
    }
    return new NoProxy(rules);
  }

  boolean covers(String name, int port) {
    String lower = name.toLowerCase(Locale.ROOT);
    String host = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    Optional<InetAddress> address = address(host);
    if (host.equals("localhost")
        || host.endsWith(".localhost")
        || address.filter(InetAddress::isLoopbackAddress).isPresent()) {
      return true;
    }
    Target target = new Target(host, port, address);
    return rules.stream().anyMatch(rule -> rule.test(target));
  }

  private static Predicate<Target> rule(String entry) {
    if (entry.equals("*")) {
      return any -> true;
    }
    int slash = entry.indexOf('/');
    if (slash >= 0) {
      return network(entry.substring(0, slash), entry.substring(slash + 1));
    }
    Matcher ported = WITH_PORT.matcher(entry);
    if (!ported.matches()) {
      return host(entry);
    }
    String host = ported.group("v6") == null ? ported.group("host") : ported.group("v6");
    String port = ported.group("port");
    return host(host).and(target -> Integer.toString(target.port()).equals(port));
  }

  private static Predicate<Target> host(String text) {
    Optional<InetAddress> address = address(text.replaceAll("[\\[\\]]", ""));
    if (address.isPresent()) {
      return target -> target.address().equals(address);
    }
    String domain = text.startsWith("*.") ? text.substring(1) : text;
    if (domain.isEmpty()) {
      return any -> false;
    }
    return domain.startsWith(".")
        ? target -> target.host().endsWith(domain)
        : target -> target.host().equals(domain) || target.host().endsWith("." + domain);
  }

  private static Predicate<Target> network(String text, String bits) {
    Optional<InetAddress> network = address(text);
    if (network.isEmpty() || !bits.matches("[0-9]{1,3}")) {
      return any -> false;
    }
    byte[] start = network.get().getAddress();
    int length = Integer.parseInt(bits);
    return target ->
        length <= start.length * 8
            && target
                .address()
                .filter(address -> startsAlike(address.getAddress(), start, length))
                .isPresent();
  }

  private static boolean startsAlike(byte[] address, byte[] network, int bits) {
    int whole = bits / 8;
    if (address.length != network.length || !Arrays.equals(address, 0, whole, network, 0, whole)) {
      return false;
    }
    int rest = 8 - bits % 8;
    return rest == 8 || (address[whole] & 0xff) >> rest == (network[whole] & 0xff) >> rest;
  }

  private static Optional<InetAddress> address(String text) {
    if (!V4.matcher(text).matches() && text.indexOf(':') < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
