package larder.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The listener that asks clients who they are. There is a users file, a tokens file or a client CA.
 *
 * @param host name or address it listens on
 * @param port 0 to 65535; 0 takes any free one
 * @param users names with hashes of passwords
 * @param tokens names with hashes of tokens
 * @param tls empty where something in front of it speaks TLS, or where it listens on loopback only
 * @param clients which upstreams each client may have, by their names; with no entry at all each
 *     client may have all
 */
public record GuardedConfig(
    String host,
    int port,
    Optional<Path> users,
    Optional<Path> tokens,
    Optional<TlsFiles> tls,
    Map<String, Set<String>> clients) {
  public GuardedConfig {
    clients = Map.copyOf(clients);
  }

  /**
   * The listener's own TLS, in PEM.
   *
   * @param certificate the certificate, and those between it and its CA
   * @param key of the certificate
   * @param clientCa whose certificates clients may show
   */
  public record TlsFiles(Path certificate, Path key, Optional<Path> clientCa) {}
}
