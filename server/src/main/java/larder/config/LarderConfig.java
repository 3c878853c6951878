package larder.config;

import io.helidon.config.Config;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All that the server is told, checked.
 *
 * @param cluster label of the CI cluster it serves
 * @param memoryCapacity bytes that manifests may take in memory, 0 or more
 * @param upstreams at least one; names and aliases are unique, exactly one is the default
 * @param drain how long requests in flight may go on after a signal to end
 * @param bucket what all clusters share, if there is one
 * @param fleetKey what it has in common with the other larders of its bucket, if anything
 * @param guarded the listener that asks clients who they are, if there is one
 * @param server Helidon's configuration of the listener for clients; {@code host} and {@code port}
 *     are always there
 */
public record LarderConfig(
    String cluster,
    AdminConfig admin,
    DiskConfig disk,
    long memoryCapacity,
    List<UpstreamConfig> upstreams,
    AccessLog accessLog,
    Duration drain,
    Optional<BucketConfig> bucket,
    Optional<Secret> fleetKey,
    Optional<GuardedConfig> guarded,
    Config server) {
  public LarderConfig {
    upstreams = List.copyOf(upstreams);
  }

  /** In the order of the configuration. */
  public Set<String> upstreamNames() {
    return upstreams.stream()
        .map(UpstreamConfig::name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Of those that are so. */
  public Set<String> upstreamNames(Visibility visibility) {
    return upstreams.stream()
        .filter(each -> each.visibility() == visibility)
        .map(UpstreamConfig::name)
        .collect(Collectors.toSet());
  }

  /** Name or address that clients are listened to on. */
  public String host() {
    return server.get("host").asString().get();
  }

  /** Port that clients are listened to on; 0 takes any free one. */
  public int port() {
    return server.get("port").asInt().get();
  }
}
