package larder.tiering;

import java.util.Locale;

/** What served a request. */
public enum Origin {
  /** Manifests and tags kept in memory. */
  MEMORY,
  /** The disk tier. */
  DISK,
  /** A fill in progress: bytes that upstream was asked for once, for all readers. */
  FILL,
  /** Straight through from the bucket, for this request alone. */
  BUCKET,
  /** Straight through from upstream, for this request alone. */
  UPSTREAM,
  /** larder itself: answers that need no content, refusals among them. */
  LOCAL;

  /** As written in labels and logs. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
