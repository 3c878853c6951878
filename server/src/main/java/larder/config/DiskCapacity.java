package larder.config;

/** How many bytes the blobs on disk may take. */
public sealed interface DiskCapacity {

  /**
   * The bound in bytes.
   *
   * @param free bytes that the file system has free now
   * @param held bytes that larder already keeps there
   */
  long bytes(long free, long held);

  /** As configured; more than 0. */
  record Fixed(long bytes) implements DiskCapacity {
    @Override
    public long bytes(long free, long held) {
      return bytes;
    }
  }

  /**
   * 50 GiB, or 80 % of what is free when that is less. What larder holds counts as free, since the
   * bound would shrink with each restart otherwise.
   */
  record Automatic() implements DiskCapacity {
    private static final long MOST = 50L << 30;

    @Override
    public long bytes(long free, long held) {
      return Math.min(MOST, (free + held) / 5 * 4);
    }
  }
}
