package larder.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import larder.tiering.EvictionOrder;
import larder.tiering.FakeClock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each order is that of a model which works it out anew each time. */
class EvictionOrderTest {
  private static final long SEED = Long.getLong("larder.seed", System.nanoTime());
  private static final int KEYS = 60;
  private static final int STEPS = 3000;

  private final Random random = new Random(SEED);
  private final FakeClock clock = new FakeClock();

  /** A policy beside its model. */
  enum Pair {
    LRU {
      @Override
      EvictionOrder<Integer> order(FakeClock clock) {
        return new LeastRecentlyUsed<>();
      }

      @Override
      Model model(FakeClock clock) {
        return new RecencyModel();
      }
    },
    S3_FIFO {
      @Override
      EvictionOrder<Integer> order(FakeClock clock) {
        return new S3Fifo<>();
      }

      @Override
      Model model(FakeClock clock) {
        return new S3FifoModel();
      }
    },
    GDSF_COST {
      @Override
      EvictionOrder<Integer> order(FakeClock clock) {
        return new GdsfCost<>(EvictionOrderTest::cost, clock);
      }

      @Override
      Model model(FakeClock clock) {
        return new GdsfCostModel(EvictionOrderTest::cost, clock);
      }
    };

    abstract EvictionOrder<Integer> order(FakeClock clock);

    abstract Model model(FakeClock clock);
  }

  /** The same as an order, with a whole list in place of a walk. */
  interface Model {
    void admitted(Integer key, long size);

    void accessed(Integer key);

    void readOn(Integer key);

    void removed(Integer key);

    /** So many that go first; asking may change what goes later, as it does for S3-FIFO. */
    List<Integer> firstToGo(int count);

    default void served(String tag, Integer manifest, List<Integer> layers) {}
  }

  static double cost(Integer key, long size) {
    return MissCost.ofUpstream(0.01 * (key % 7), size);
  }

  @ParameterizedTest
  @EnumSource
  void isThatOfItsModel(Pair pair) {
    run(pair, false);
  }

  @ParameterizedTest
  @EnumSource(names = "GDSF_COST")
  void isThatOfItsModelWithManifests(Pair pair) {
    run(pair, true);
  }

  private void run(Pair pair, boolean manifests) {
    System.out.printf("-Dlarder.seed=%d%n", SEED);
    EvictionOrder<Integer> order = pair.order(clock);
    Model model = pair.model(clock);
    Map<Integer, Long> resident = new LinkedHashMap<>();
    for (int step = 0; step < STEPS; step++) {
      clock.advance(Duration.ofMinutes(random.nextInt(300)));
      Integer key = random.nextInt(KEYS);
      if (resident.containsKey(key) && random.nextInt(4) == 0) {
        order.readOn(key);
        model.readOn(key);
      } else if (resident.containsKey(key)) {
        order.accessed(key);
        model.accessed(key);
      } else {
        long size = 1L + random.nextInt(1000);
        resident.put(key, size);
        order.admitted(key, size);
        model.admitted(key, size);
      }
      if (manifests && random.nextInt(5) == 0) {
        manifest(order, model);
      }
      int victims = resident.size() > 40 ? 1 + random.nextInt(6) : random.nextInt(40) / 39;
      List<Integer> expected = model.firstToGo(victims);
      assertThat(first(order, victims))
          .as("-Dlarder.seed=%d, step %d", SEED, step)
          .isEqualTo(expected);
      // Some of them are in use, and stay.
      for (Integer victim : expected) {
        if (random.nextInt(4) > 0) {
          resident.remove(victim);
          order.removed(victim);
          model.removed(victim);
        }
      }
    }
    List<Integer> all = model.firstToGo(resident.size());
    assertThat(all).containsExactlyInAnyOrderElementsOf(resident.keySet());
    assertThat(first(order, Integer.MAX_VALUE)).isEqualTo(all);
  }

  private void manifest(EvictionOrder<Integer> order, Model model) {
    String tag = random.nextInt(4) == 0 ? "" : "app:" + random.nextInt(5);
    int manifest = random.nextInt(12);
    // Of one manifest the layers are always the same.
    List<Integer> layers = new Random(manifest).ints(5, 0, KEYS).distinct().boxed().toList();
    if (order instanceof GdsfCost<Integer> gdsf) {
      gdsf.served(tag, 1000 + manifest, layers);
      model.served(tag, 1000 + manifest, layers);
    }
  }

  private static List<Integer> first(EvictionOrder<Integer> order, int count) {
    List<Integer> keys = new ArrayList<>();
    for (Iterator<Integer> next = order.firstToGo(); keys.size() < count && next.hasNext(); ) {
      keys.add(next.next());
    }
    return keys;
  }

  private static final class RecencyModel implements Model {
    private final List<Integer> keys = new ArrayList<>();

    @Override
    public void admitted(Integer key, long size) {
      keys.add(key);
    }

    @Override
    public void accessed(Integer key) {
      keys.remove((Object) key);
      keys.add(key);
    }

    @Override
    public void readOn(Integer key) {
      accessed(key);
    }

    @Override
    public void removed(Integer key) {
      keys.remove((Object) key);
    }

    @Override
    public List<Integer> firstToGo(int count) {
      return List.copyOf(keys.subList(0, count));
    }
  }

  /** Queues as lists, oldest first. */
  private static final class S3FifoModel implements Model {
    private final List<Integer> small = new ArrayList<>();
    private final List<Integer> main = new ArrayList<>();
    private final List<Integer> ghosts = new ArrayList<>();
    private final Map<Integer, Long> sizes = new HashMap<>();
    private final Map<Integer, Integer> accesses = new HashMap<>();

    @Override
    public void admitted(Integer key, long size) {
      sizes.put(key, size);
      accesses.put(key, 0);
      (ghosts.remove((Object) key) ? main : small).add(key);
    }

    @Override
    public void accessed(Integer key) {
      accesses.merge(key, 1, (before, one) -> Math.min(3, before + one));
    }

    @Override
    public void readOn(Integer key) {
      // Only whether it is asked for again counts.
    }

    @Override
    public void removed(Integer key) {
      sizes.remove(key);
      if (small.remove((Object) key)) {
        ghosts.add(key); // so few that none is forgotten
      }
      main.remove((Object) key);
    }

    @Override
    public List<Integer> firstToGo(int count) {
      List<Integer> found = new ArrayList<>();
      while (found.size() < count) {
        List<Integer> smallLeft = without(small, found);
        List<Integer> mainLeft = without(main, found);
        double all = bytes(smallLeft) + bytes(mainLeft);
        boolean fromSmall =
            !smallLeft.isEmpty() && (mainLeft.isEmpty() || bytes(smallLeft) > all * 0.1);
        Integer next = (fromSmall ? smallLeft : mainLeft).getFirst();
        int asked = accesses.get(next);
        if (asked == 0) {
          found.add(next);
          continue;
        }
        accesses.put(next, fromSmall ? 0 : asked - 1);
        small.remove((Object) next);
        main.remove((Object) next);
        main.add(next);
      }
      return found;
    }

    private static List<Integer> without(List<Integer> keys, List<Integer> found) {
      return keys.stream().filter(key -> !found.contains(key)).toList();
    }

    private double bytes(List<Integer> keys) {
      return keys.stream().mapToLong(sizes::get).sum();
    }
  }

  /** As the formulas say. */
  private static final class GdsfCostModel implements Model {
    private final MissCost<Integer> cost;
    private final FakeClock clock;
    private final List<Known> entries = new ArrayList<>();
    private final Map<Integer, Known> ghosts = new HashMap<>();
    private final Map<String, Integer> images = new HashMap<>();
    private final Set<Integer> offered = new HashSet<>();
    private final Set<String> moving = new HashSet<>();
    private final Set<Integer> superseded = new HashSet<>();
    private final Map<String, List<Integer>> lastLeft = new HashMap<>();
    private final Map<Integer, List<Integer>> layersOf = new HashMap<>();
    private double price;
    private long serial;
    private int next;

    /**
     * The heap's places are part of what is scored anew, so its structure is that of the real one.
     */
    private final PriorityHeap<Known> heap = new PriorityHeap<>();

    private static final class Known extends PriorityHeap.Element {
      final Integer key;
      final long size;
      float count;
      long last;
      double from;

      Known(Integer key, long size, long serial) {
        super(serial);
        this.key = key;
        this.size = size;
      }
    }

    GdsfCostModel(MissCost<Integer> cost, FakeClock clock) {
      this.cost = cost;
      this.clock = clock;
    }

    @Override
    public void admitted(Integer key, long size) {
      Known entry = new Known(key, size, serial++);
      Known ghost = ghosts.remove((Object) key);
      if (ghost != null) {
        entry.count = ghost.count;
        entry.last = ghost.last;
      }
      entries.add(entry);
      count(entry);
      heap.add(entry);
    }

    @Override
    public void accessed(Integer key) {
      Known entry = find(key);
      count(entry);
      heap.moved(entry);
      if (images.isEmpty()) {
        Known other = heap.at(next++ % entries.size());
        score(other, other.from);
        heap.moved(other);
      }
    }

    private void count(Known entry) {
      entry.count = now(entry) + 1;
      entry.last = clock.millis();
      score(entry, price);
    }

    private float now(Known entry) {
      long gone = clock.millis() - entry.last;
      return (float) (entry.count * Math.exp(-gone * Math.log(2) / (6 * 86_400_000.0)));
    }

    private void score(Known entry, double from) {
      double weight = superseded.contains(entry.key) ? 0.3 : 1;
      double exponent = images.isEmpty() ? 0.6 : 0.75;
      entry.from = from;
      offered.remove(entry.key);
      entry.priority =
          from
              + weight
                  * Math.pow(now(entry) + 0.03, exponent)
                  * cost.perByte(entry.key, entry.size);
    }

    @Override
    public void served(String tag, Integer manifest, List<Integer> layers) {
      layersOf.put(manifest, layers);
      Integer before = tag.isEmpty() ? manifest : images.put(tag, manifest);
      if (before != null && !manifest.equals(before)) {
        moving.add(tag);
        superseded.removeAll(layers);
        List<Integer> left =
            layersOf.get(before).stream().filter(layer -> !isCurrent(layer)).toList();
        superseded.addAll(left);
        List<Integer> again = lastLeft.getOrDefault(tag, List.of());
        lastLeft.put(tag, left);
        left.forEach(this::sink);
        again.stream().filter(superseded::contains).forEach(this::sink);
      }
      for (Integer layer : layers) {
        Known entry = find(layer);
        if (entry != null) {
          score(entry, price);
          heap.moved(entry);
        }
      }
    }

    private boolean isCurrent(Integer layer) {
      return moving.stream().anyMatch(tag -> layersOf.get(images.get(tag)).contains(layer));
    }

    private void sink(Integer layer) {
      Known entry = find(layer);
      if (entry != null) {
        entry.priority = price + Math.max(0, entry.priority - price) * 0.3;
        heap.moved(entry);
      }
    }

    @Override
    public void readOn(Integer key) {
      Known entry = find(key);
      score(entry, price);
      heap.moved(entry);
    }

    @Override
    public void removed(Integer key) {
      Known entry = find(key);
      if (offered.remove(key)) {
        price = Math.max(price, entry.priority);
      }
      entries.remove(entry);
      heap.remove(entry);
      ghosts.put(key, entry);
    }

    @Override
    public List<Integer> firstToGo(int count) {
      List<Integer> first = sorted().subList(0, count).stream().map(entry -> entry.key).toList();
      offered.addAll(first);
      return first;
    }

    private List<Known> sorted() {
      return entries.stream().sorted(Comparator.naturalOrder()).toList();
    }

    private Known find(Integer key) {
      return entries.stream().filter(entry -> entry.key.equals(key)).findFirst().orElse(null);
    }
  }
}
