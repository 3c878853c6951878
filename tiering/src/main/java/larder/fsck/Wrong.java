package larder.fsck;

import java.util.Optional;
import larder.tiering.BlobKey;

/**
 * Something kept that is not as it should be.
 *
 * @param place where it is, or was
 * @param name by which it is kept there
 * @param how it is wrong
 * @param blob what should be there, where that is known
 */
public record Wrong(Place place, String name, String how, Fate fate, Optional<Kept> blob) {

  /** Where things are kept. */
  public enum Place {
    DISK,
    BUCKET
  }

  /** What became of it. */
  public enum Fate {
    /** It is there no more, so that whoever asks for it gets the right one. */
    REMOVED,
    /** Something else has taken its place since. */
    REPLACED,
    /** It does no harm there, and may be somebody else's. */
    LEFT,
    /** It is still there, though it should not be. */
    STAYS
  }

  /**
   * Bytes that have a name.
   *
   * @param manifest whether it is kept apart as a manifest
   */
  public record Kept(BlobKey key, boolean manifest) {}
}
