package larder.simulate;

/** What requests have come to. */
final class Tally {
  private long requests;
  private long hits;
  private double bytes;
  private double hitBytes;
  private double money;
  private double hitMoney;

  /**
   * @param price of the blob from upstream
   */
  void add(long size, double price, boolean hit) {
    requests++;
    bytes += size;
    money += price;
    if (hit) {
      hits++;
      hitBytes += size;
      hitMoney += price;
    }
  }

  double objectHitRatio() {
    return ratio((double) hits, (double) requests);
  }

  double byteHitRatio() {
    return ratio(hitBytes, bytes);
  }

  double moneyHitRatio() {
    return ratio(hitMoney, money);
  }

  double missMoney() {
    return money - hitMoney;
  }

  private static double ratio(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }
}
