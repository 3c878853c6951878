package larder.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * One upstream registry as configured.
 *
 * @param name that clients and operators know it by, such as {@code docker.io}
 * @param url of its registry API, without {@code /v2/}
 * @param isDefault whether names without an upstream mean this one
 * @param aliases other names of it
 * @param credentials for the url and its token service; mirrors are asked without
 * @param visibility whether what it holds is kept apart
 * @param open whether clients that are not known may have it; so of every public one
 * @param mirrors asked in order when the url fails
 * @param freshFor how long a tag is served without asking
 * @param staleFor how long a known tag is served while the upstream fails
 * @param ranges whether it is asked for parts of a blob when a fill goes on
 * @param allowPrivateAddresses whether url, redirects and token realms may be on private or
 *     loopback addresses
 * @param tls certificates for its connections
 * @param proxies through which its hosts are reached
 */
public record UpstreamConfig(
    String name,
    URI url,
    boolean isDefault,
    List<String> aliases,
    Credentials credentials,
    Visibility visibility,
    boolean open,
    List<URI> mirrors,
    Duration freshFor,
    Duration staleFor,
    boolean ranges,
    boolean allowPrivateAddresses,
    TlsFiles tls,
    Proxies proxies,
    Timeouts timeouts) {
  public UpstreamConfig {
    aliases = List.copyOf(aliases);
    mirrors = List.copyOf(mirrors);
  }

  /**
   * How long this upstream may be silent.
   *
   * @param connect until a connection stands
   * @param response until the answer's headers are there
   * @param silence between two pieces of a body
   * @param stale until a known tag is served stale instead
   */
  public record Timeouts(Duration connect, Duration response, Duration silence, Duration stale) {}

  /** The names that mean this upstream. */
  public List<String> names() {
    return Stream.concat(Stream.of(name), aliases.stream()).toList();
  }
}
