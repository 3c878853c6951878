package larder.simulate;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How much could be hit by one who knows the future: a bound that no policy passes. A hit needs its
 * blob to be kept from the request before on, which takes room for a time; all room and time
 * together go to what is worth most for it, be that possible in detail or not (PFOO-L; Berger,
 * Beckmann and Harchol-Balter, SIGMETRICS 2018).
 */
final class Clairvoyant {
  private final double[] areas;
  private final long[] sizes;
  private final double[] prices;
  private final boolean[] counted;
  private final double total;
  private final boolean allFit;

  /**
   * Of one disk's requests.
   *
   * @param blobs that were asked for, in order
   * @param counted from which request on
   */
  Clairvoyant(int[] blobs, long[] sizes, double[] prices, int counted, int most, long capacity) {
    int count = blobs.length;
    this.areas = new double[count];
    this.sizes = sizes;
    this.prices = prices;
    this.counted = new boolean[count];
    // Of the time before only the last moment counts: what is kept then may be hit later.
    int begin = Math.max(0, counted - 1);
    this.total = (double) capacity * Math.max(0, count - 1 - begin);
    int[] last = new int[most];
    Arrays.fill(last, -1);
    long[] kept = new long[count + 1];
    for (int i = 0; i < count; i++) {
      int before = last[blobs[i]];
      last[blobs[i]] = i;
      if (before < 0 || sizes[i] > capacity) {
        continue;
      }
      this.areas[i] = (double) sizes[i] * (i - Math.max(before, begin));
      this.counted[i] = i >= counted;
      kept[before] += sizes[i];
      kept[i] -= sizes[i];
    }
    long now = 0;
    boolean fits = true;
    for (long each : kept) {
      now += each;
      fits &= now <= capacity;
    }
    this.allFit = fits;
  }

  /** Whether the bound can be reached: all that is asked for again fits. */
  boolean isOptimal() {
    return allFit;
  }

  /** The most requests that can be hit. */
  double objects() {
    return most(_ -> 1);
  }

  /** The most bytes of requests that can be hit. */
  double bytes() {
    return most(i -> sizes[i]);
  }

  /** The most money that can be kept. */
  double money() {
    return most(i -> prices[i]);
  }

  private interface Worth {
    double of(int request);
  }

  private record Candidate(double area, double worth) {
    double density() {
      return area == 0 ? Double.MAX_VALUE : worth / area;
    }
  }

  private double most(Worth worth) {
    @Nullable Candidate[] candidates = new Candidate[areas.length];
    int count = 0;
    for (int i = 0; i < areas.length; i++) {
      if (counted[i]) {
        candidates[count++] = new Candidate(areas[i], worth.of(i));
      }
    }
    Candidate[] ordered = Arrays.copyOf(candidates, count, Candidate[].class);
    Arrays.sort(ordered, (a, b) -> Double.compare(b.density(), a.density()));
    double left = allFit ? Double.MAX_VALUE : total;
    double sum = 0;
    for (Candidate each : ordered) {
      if (each.area() <= left) {
        sum += each.worth();
        left -= each.area();
      } else {
        return sum + each.worth() * left / each.area();
      }
    }
    return sum;
  }
}
