package larder.tiering;

/**
 * How much a tier may hold.
 *
 * @param capacity in bytes
 * @param minFree how much of the medium stays free, in bytes
 */
public record Bound(long capacity, long minFree) {
  /**
   * How many bytes are to go to make room ahead of need: none up to the high water mark, 99 % of
   * the capacity, else down to the low one, 98 %.
   */
  public long over(long filled) {
    return filled > capacity - capacity / 100 ? filled - (capacity - capacity / 50) : 0;
  }
}
