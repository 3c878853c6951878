package larder.config;

/**
 * The listener for operators: meters and health.
 *
 * @param host name or address it listens on
 * @param port 0 to 65535; 0 takes any free one
 */
public record AdminConfig(String host, int port) {}
