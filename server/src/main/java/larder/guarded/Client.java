package larder.guarded;

/**
 * Who asks, and which upstreams it may have.
 *
 * @param name of the user, the token or the certificate; the same name is the same client
 */
public record Client(String name, Access access) {}
