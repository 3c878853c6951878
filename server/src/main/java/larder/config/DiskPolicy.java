package larder.config;

/** What goes first when the disk is full. */
public enum DiskPolicy {
  /** What has not been read for the longest. */
  LRU,
  /** What is new and not asked for again, else what has not been asked for in a while. */
  S3_FIFO
}
