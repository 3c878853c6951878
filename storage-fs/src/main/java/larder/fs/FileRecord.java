package larder.fs;

/** What a file was when its bytes were last known to be the right ones, and when it was read. */
final class FileRecord {

  /** How far the file has come. */
  enum State {
    /** An earlier process saw it to be safe from power cuts; this one has not met the file yet. */
    LOADED,
    /** Verified by this process, but a power cut may still take its bytes. */
    PENDING,
    /** Safe from power cuts. */
    DURABLE,
    /**
     * The file system failed to make it safe, so what it reads may not be what is on the medium.
     */
    DOUBTFUL
  }

  /*
   * There is one of these for each blob, so the fields are here rather than in an Inode.
   */
  private final long number;
  private final long size;
  private final long modified;
  private final long changed;
  private volatile long lastAccess;
  private volatile State state;

  FileRecord(Inode inode, long lastAccess, State state) {
    this.number = inode.number();
    this.size = inode.size();
    this.modified = inode.modified();
    this.changed = inode.changed();
    this.lastAccess = lastAccess;
    this.state = state;
  }

  boolean matches(Inode inode) {
    return number == inode.number()
        && size == inode.size()
        && modified == inode.modified()
        && changed == inode.changed();
  }

  Inode inode() {
    return new Inode(number, size, modified, changed);
  }

  State state() {
    return state;
  }

  void become(State next) {
    state = next;
  }

  /** The file of this record is there. */
  void met() {
    if (state == State.LOADED) {
      state = State.DURABLE;
    }
  }

  boolean durable() {
    return state == State.DURABLE || state == State.LOADED;
  }

  /** In milliseconds since 1970. */
  long lastAccess() {
    return lastAccess;
  }

  void accessed(long millis) {
    lastAccess = millis;
  }
}
