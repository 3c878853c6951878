package larder.tiering;

/** What a stored blob is found by. */
public record BlobKey(Space space, Digest digest) {

  /** The key of a public blob. */
  public static BlobKey of(Digest digest) {
    return new BlobKey(Space.PUBLIC, digest);
  }

  @Override
  public String toString() {
    return switch (space) {
      case Space.Public _ -> digest.toString();
      case Space.Private(String upstream) -> upstream + "/" + digest;
    };
  }
}
