package larder.upstream;

import java.io.IOException;
import java.util.Set;
import larder.tiering.SourceException.Unavailable;

/** Reads a manifest from an answer, and tells it from the page of a portal or a proxy. */
final class ManifestReader {
  /** What servers say that know nothing of manifests; the manifest's own word counts then. */
  private static final Set<String> SAYS_NOTHING =
      Set.of(
          "", "application/json", "application/octet-stream", "text/plain", "binary/octet-stream");

  private ManifestReader() {}

  static Manifest read(Reply reply, int most, BodyMemory memory)
      throws Unavailable, BodyMemory.ExhaustedException {
    String where = reply.ask().what() + " from " + reply.site();
    byte[] body = reply.whole(most, memory);
    ManifestOutline outline;
    try {
      outline = ManifestOutline.of(body);
    } catch (IOException e) {
      throw new Unavailable(where + ": answered with what is no manifest", null);
    }
    String said = reply.mediaType().orElse("");
    String own = outline.mediaType().orElse("");
    // One body under two types can be taken for two things, so neither is passed on.
    if (!own.isEmpty() && !SAYS_NOTHING.contains(said) && !own.equalsIgnoreCase(said)) {
      throw new Unavailable(where + ": sent as " + said + ", but it says that it is " + own, null);
    }
    String type = own.isEmpty() ? said : own;
    if (type.isEmpty()) {
      throw new Unavailable(where + ": of no stated type", null);
    }
    return new Manifest(body, type);
  }
}
