package larder.tiering;

/** One blob that a tier is charged for; the fields are guarded by the tier's index. */
final class TierEntry {
  private final BlobKey key;
  private final long size;
  long lastAccess;

  /** How many have it open or are removing it. */
  int pins;

  /** Whether it is on its way out, and charged until the last pin ends. */
  boolean gone;

  TierEntry(BlobKey key, long size, long lastAccess) {
    this.key = key;
    this.size = size;
    this.lastAccess = lastAccess;
  }

  BlobKey key() {
    return key;
  }

  long size() {
    return size;
  }

  /** Whether evicting it frees something; nobody has it open. */
  boolean mayGo() {
    return pins == 0 && size > 0;
  }

  /** While only the one who removes it has a pin on it, all of it will be free. */
  long freeOnceRemoved() {
    return pins == 1 ? size : 0;
  }
}
