package larder.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The listener for operators: meters and health.
 *
 * @param host name or address it listens on
 * @param port 0 to 65535; 0 takes any free one
 * @param tokenFile with a token by which operators may change what larder keeps
 */
public record AdminConfig(String host, int port, Optional<Path> tokenFile) {}
