package larder.registry;

import java.time.Duration;
import java.util.Optional;

/**
 * An answer that is an error, as the OCI distribution specification has it.
 *
 * @param status of HTTP
 * @param code from the specification's list, or one of the registries' customary ones where it has
 *     none
 * @param message for the person at the client: what was tried and what to do
 * @param retryAfter when the client may try again, where it makes sense to
 */
record RegistryError(int status, Code code, String message, Optional<Duration> retryAfter) {

  /** The codes that larder answers with. */
  enum Code {
    BLOB_UNKNOWN,
    DENIED,
    DIGEST_INVALID,
    MANIFEST_UNKNOWN,
    MANIFEST_INVALID,
    NAME_INVALID,
    NAME_UNKNOWN,
    RANGE_INVALID,
    TAG_INVALID,
    TOOMANYREQUESTS,
    UNAUTHORIZED,
    UNAVAILABLE,
    UNSUPPORTED
  }

  static RegistryError of(int status, Code code, String message) {
    return new RegistryError(status, code, message, Optional.empty());
  }

  /** Thrown to answer with an error. */
  RegistryException asException() {
    return new RegistryException(this);
  }
}
