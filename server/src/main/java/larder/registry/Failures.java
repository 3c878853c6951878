package larder.registry;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import larder.registry.RegistryError.Code;
import larder.tiering.CorruptBlobException;
import larder.tiering.Event.Kind;
import larder.tiering.SourceException;
import larder.upstream.BodyMemory;
import larder.upstream.BusyException;

/** What a failure is to a client. */
final class Failures {
  private static final Logger LOG = Logger.getLogger(Failures.class.getName());

  /** When a client may ask again after upstream has failed, where upstream does not say. */
  private static final Duration AGAIN = Duration.ofSeconds(2);

  private Failures() {}

  static RegistryError of(Kind kind, String upstream, IOException failure) {
    return switch (failure) {
      case SourceException.Unknown e ->
          RegistryError.of(404, unknown(kind), upstream + " does not have it: " + message(e));
      case SourceException.Denied e ->
          RegistryError.of(
              403, Code.DENIED, upstream + " does not let larder have it: " + message(e));
      case SourceException.Throttled e ->
          new RegistryError(
              429,
              Code.TOOMANYREQUESTS,
              upstream + " asks larder to slow down: " + message(e),
              Optional.of(e.retryAfter().orElse(AGAIN)));
      case SourceException.Unavailable e when e.getCause() instanceof BusyException ->
          new RegistryError(503, Code.UNAVAILABLE, message(e), Optional.of(AGAIN));
      case SourceException.Unavailable e ->
          new RegistryError(
              e.timedOut() ? 504 : 502,
              Code.UNAVAILABLE,
              upstream + " fails: " + message(e),
              Optional.of(AGAIN));
      case CorruptBlobException e ->
          new RegistryError(
              502,
              Code.UNAVAILABLE,
              upstream + " sends wrong bytes: " + message(e),
              Optional.of(AGAIN));
      case BodyMemory.ExhaustedException e ->
          new RegistryError(503, Code.UNAVAILABLE, message(e), Optional.of(AGAIN));
      default -> {
        LOG.log(Level.WARNING, failure, () -> "a request failed: " + failure.getMessage());
        yield new RegistryError(
            502,
            Code.UNAVAILABLE,
            "larder cannot get it now; its log says why",
            Optional.of(AGAIN));
      }
    };
  }

  private static String message(IOException e) {
    return Objects.requireNonNullElse(e.getMessage(), "");
  }

  private static Code unknown(Kind kind) {
    return switch (kind) {
      case BLOB -> Code.BLOB_UNKNOWN;
      case MANIFEST -> Code.MANIFEST_UNKNOWN;
      case PING, TAG_LIST, REFERRERS, OTHER -> Code.NAME_UNKNOWN;
    };
  }
}
