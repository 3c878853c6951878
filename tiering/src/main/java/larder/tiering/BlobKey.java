package larder.tiering;

import java.util.Optional;

/** What a stored blob is found by. */
public record BlobKey(Space space, Digest digest) {

  /** The key of a public blob. */
  public static BlobKey of(Digest digest) {
    return new BlobKey(Space.PUBLIC, digest);
  }

  /** Where else the same bytes may be taken from: for a private key, what is public. */
  public Optional<BlobKey> inPublic() {
    return switch (space) {
      case Space.Public _ -> Optional.empty();
      case Space.Private _ -> Optional.of(of(digest));
    };
  }

  @Override
  public String toString() {
    return switch (space) {
      case Space.Public _ -> digest.toString();
      case Space.Private(String upstream) -> upstream + "/" + digest;
    };
  }
}
