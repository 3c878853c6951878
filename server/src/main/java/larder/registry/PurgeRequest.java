package larder.registry;

import java.util.Optional;
import larder.tiering.Digest;

/** What is to be kept no more. */
public sealed interface PurgeRequest {

  /** What an image is made of, by the name that clients pull it by. */
  record Image(String name, Optional<String> tag, Optional<Digest> digest)
      implements PurgeRequest {}

  /** One blob or manifest, of whatever upstream. */
  record ByDigest(Digest digest) implements PurgeRequest {}

  /** All that came from an upstream. */
  record OfUpstream(String name) implements PurgeRequest {}

  /**
   * Reads an image's name, with a tag or a digest or all tags of the repository without one, or a
   * digest alone. Where there are both, the digest says which.
   */
  static PurgeRequest of(String text) {
    Optional<Digest> alone = Digest.parse(text);
    if (alone.isPresent()) {
      return new ByDigest(alone.get());
    }
    int at = text.indexOf('@');
    Optional<Digest> digest = at < 0 ? Optional.empty() : Digest.parse(text.substring(at + 1));
    if (digest.isPresent()) {
      return new Image(tagged(text.substring(0, at)).name(), Optional.empty(), digest);
    }
    return tagged(text);
  }

  private static Image tagged(String text) {
    int colon = text.lastIndexOf(':');
    return colon > text.lastIndexOf('/')
        ? new Image(
            text.substring(0, colon), Optional.of(text.substring(colon + 1)), Optional.empty())
        : new Image(text, Optional.empty(), Optional.empty());
  }
}
