package larder.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The bound is never below what trying everything finds, and equal where it says so. */
class ClairvoyantTest {
  private static final long SEED = Long.getLong("larder.seed", System.nanoTime());
  private static final int TRACES = 1000;

  private final Random random = new Random(SEED);
  private int[] blobs = {};
  private long[] sizes = {};
  private double[] prices = {};
  private int counted;
  private long capacity;

  @Test
  void nobodyDoesBetter() {
    System.out.printf("-Dlarder.seed=%d%n", SEED);
    int optimal = 0;
    int tight = 0;
    for (int i = 0; i < TRACES; i++) {
      draw();
      Clairvoyant bound = new Clairvoyant(blobs, sizes, prices, counted, 6, capacity);
      double objects = best(request -> 1);
      double bytes = best(request -> sizes[request]);
      double money = best(request -> prices[request]);
      String trace = "-Dlarder.seed=%d, trace %d".formatted(SEED, i);
      assertThat(bound.objects()).as(trace).isGreaterThanOrEqualTo(objects - 1e-9);
      assertThat(bound.bytes()).as(trace).isGreaterThanOrEqualTo(bytes - 1e-9);
      assertThat(bound.money()).as(trace).isGreaterThanOrEqualTo(money - 1e-9);
      if (bound.isOptimal()) {
        optimal++;
        assertThat(bound.objects()).as(trace).isCloseTo(objects, within(1e-9));
        assertThat(bound.bytes()).as(trace).isCloseTo(bytes, within(1e-9));
        assertThat(bound.money()).as(trace).isCloseTo(money, within(1e-9));
      } else if (money > 0 && bound.money() < 1.5 * money) {
        tight++;
      }
    }
    assertThat(optimal).isBetween(TRACES / 10, TRACES * 9 / 10);
    assertThat(tight).as("bounds that say something").isGreaterThan(TRACES / 20);
  }

  @Test
  void whatWasKeptBeforeTheWarmUpEndedTookNoRoomThatCounts() {
    // From the second request on there is room for one of two at a time: the first takes one step,
    // the other two.
    Clairvoyant bound =
        new Clairvoyant(
            new int[] {0, 1, 0, 1}, new long[] {2, 2, 2, 2}, new double[] {1, 3, 1, 3}, 2, 2, 2);
    assertThat(bound.isOptimal()).isFalse();
    assertThat(bound.objects()).isCloseTo(1 + 2 / 4.0, within(1e-9));
    assertThat(bound.money()).isCloseTo(3, within(1e-9));
  }

  private void draw() {
    int length = 1 + random.nextInt(12);
    long[] sizeOf = random.longs(6, 1, 10).toArray();
    double[] priceOf = random.doubles(6).toArray();
    blobs = random.ints(length, 0, 6).toArray();
    sizes = Arrays.stream(blobs).mapToLong(blob -> sizeOf[blob]).toArray();
    prices = Arrays.stream(blobs).mapToDouble(blob -> priceOf[blob]).toArray();
    counted = random.nextInt(length);
    capacity = random.nextInt(30);
  }

  private interface Worth {
    double of(int request);
  }

  /** The most that any choice of what to keep after each request is worth. */
  private double best(Worth worth) {
    Map<Integer, Double> reached = Map.of(0, 0.0);
    long[] sizeOf = new long[6];
    for (int i = 0; i < blobs.length; i++) {
      sizeOf[blobs[i]] = sizes[i];
    }
    for (int i = 0; i < blobs.length; i++) {
      Map<Integer, Double> next = new HashMap<>();
      for (Map.Entry<Integer, Double> each : reached.entrySet()) {
        int kept = each.getKey();
        int one = 1 << blobs[i];
        double sum = each.getValue() + ((kept & one) != 0 && i >= counted ? worth.of(i) : 0);
        int all = kept | one;
        for (int subset = all; ; subset = (subset - 1) & all) {
          if (size(subset, sizeOf) <= capacity) {
            next.merge(subset, sum, Math::max);
          }
          if (subset == 0) {
            break;
          }
        }
      }
      reached = next;
    }
    return reached.values().stream().mapToDouble(each -> each).max().orElseThrow();
  }

  private static long size(int subset, long[] sizeOf) {
    long sum = 0;
    for (int i = 0; i < sizeOf.length; i++) {
      sum += (subset >> i & 1) * sizeOf[i];
    }
    return sum;
  }
}
