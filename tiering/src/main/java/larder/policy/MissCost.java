package larder.policy;

/** What it costs to be without a blob when it is asked for. */
@FunctionalInterface
public interface MissCost<K> {
  /** A request to a slower place, besides its bytes: what a client's wait is worth. */
  double PER_REQUEST = 1e-5;

  /** The same for each GiB, which keeps large blobs in mind where their bytes cost nothing. */
  double PER_GIB = 0.005;

  /**
   * @param size in bytes
   * @return money for each byte, more than 0
   */
  double perByte(K key, long size);

  /**
   * The cost of a blob that has to come from an upstream.
   *
   * @param egress money for a GiB from there, 0 or more
   * @param size in bytes
   */
  static double ofUpstream(double egress, long size) {
    return (egress + PER_GIB) / (1L << 30) + PER_REQUEST / Math.max(1, size);
  }
}
