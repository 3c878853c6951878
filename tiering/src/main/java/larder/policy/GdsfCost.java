package larder.policy;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import larder.tiering.EvictionOrder;
import org.jspecify.annotations.Nullable;

/**
 * The blob goes first that money is lost least by: by how often it has been asked for, of late more
 * than before, by what a byte of it costs when it is missing, and by whether any tag's image still
 * has it. After GreedyDual-Size-Frequency (Cherkasova, 1998), whose price of room rises with each
 * eviction, so that what is not asked for goes in the end, whatever it cost.
 */
public final class GdsfCost<K> implements EvictionOrder<K> {
  /*
   * The priority of a blob is the price of room when it was last asked for, and its score on top:
   *
   *   score = w * (F + 0.03)^e * d
   *
   * F counts accesses, each worth half after six days; d is the cost of a missing byte; w is 1, and less for what is
   * superseded. Where no manifest has told anything, e is lower, and each access has one more blob scored anew for the
   * time that has passed.
   */
  private static final double HALF_LIFE = Duration.ofDays(6).toMillis();
  private static final double FLOOR = 0.03;
  private static final double EXPONENT = 0.75;
  private static final double EXPONENT_BLIND = 0.6;
  private static final double SUPERSEDED = 0.3;
  private static final int FEWEST_GHOSTS = 1024;
  private static final int MOST_TAGS = 100_000;

  private final MissCost<K> cost;
  private final InstantSource clock;
  private final CurrentImages<K> images = new CurrentImages<>(MOST_TAGS);
  private final Map<K, Entry<K>> entries = new HashMap<>();
  private final PriorityHeap<Entry<K>> heap = new PriorityHeap<>();
  private final Map<K, Ghost> ghosts = new LinkedHashMap<>();
  private double price;
  private long serial;
  private int next;

  /** What is remembered of a blob that is not there any more. */
  private record Ghost(float count, long last) {}

  private static final class Entry<K> extends PriorityHeap.Element {
    final K key;
    final long size;
    float count;
    long last;

    /** The price of room when it was last asked for. */
    double price;

    /** Whether it was to go since then: if it goes, that is what room costs. */
    boolean offered;

    Entry(K key, long size, long serial) {
      super(serial);
      this.key = key;
      this.size = size;
    }
  }

  public GdsfCost(MissCost<K> cost, InstantSource clock) {
    this.cost = cost;
    this.clock = clock;
  }

  @Override
  public void admitted(K key, long size) {
    Entry<K> entry = new Entry<>(key, size, serial++);
    @Nullable Ghost ghost = ghosts.remove(key);
    if (ghost != null) {
      entry.count = ghost.count();
      entry.last = ghost.last();
    }
    count(entry);
    entries.put(key, entry);
    heap.add(entry);
  }

  @Override
  public void accessed(K key) {
    @Nullable Entry<K> entry = entries.get(key);
    if (entry != null) {
      count(entry);
      heap.moved(entry);
    }
    if (!images.knowAnything() && heap.size() > 0) {
      age(heap.at(Math.floorMod(next++, heap.size())));
    }
  }

  @Override
  public void readOn(K key) {
    @Nullable Entry<K> entry = entries.get(key);
    if (entry != null) {
      score(entry, price);
      heap.moved(entry);
    }
  }

  /**
   * A manifest was served.
   *
   * @param tag that it was asked for by, with its repository and upstream; empty when by digest
   */
  public void served(String tag, K manifest, List<K> layers) {
    if (!tag.isEmpty()) {
      images.served(tag, manifest, layers, this::superseded);
    }
    for (K layer : layers) {
      @Nullable Entry<K> entry = entries.get(layer);
      if (entry != null) {
        score(entry, price);
        heap.moved(entry);
      }
    }
  }

  @Override
  public void removed(K key) {
    @Nullable Entry<K> entry = entries.remove(key);
    if (entry == null) {
      return;
    }
    if (entry.offered) {
      price = Math.max(price, entry.priority);
    }
    heap.remove(entry);
    ghosts.put(key, new Ghost(entry.count, entry.last));
    int most = Math.max(FEWEST_GHOSTS, entries.size());
    for (Iterator<K> oldest = ghosts.keySet().iterator(); ghosts.size() > most; ) {
      oldest.next();
      oldest.remove();
    }
  }

  @Override
  public Iterator<K> firstToGo() {
    Iterator<Entry<K>> inOrder = heap.inOrder();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return inOrder.hasNext();
      }

      @Override
      public K next() {
        Entry<K> entry = inOrder.next();
        entry.offered = true;
        return entry.key;
      }
    };
  }

  private void count(Entry<K> entry) {
    long now = clock.millis();
    entry.count = decayed(entry.count, now - entry.last) + 1;
    entry.last = now;
    score(entry, price);
  }

  private void superseded(K layer) {
    @Nullable Entry<K> entry = entries.get(layer);
    if (entry != null) {
      entry.priority = price + Math.max(0, entry.priority - price) * SUPERSEDED;
      heap.moved(entry);
    }
  }

  private void age(Entry<K> entry) {
    score(entry, entry.price);
    heap.moved(entry);
  }

  private void score(Entry<K> entry, double from) {
    double exponent = images.knowAnything() ? EXPONENT : EXPONENT_BLIND;
    double weight = images.superseded(entry.key) ? SUPERSEDED : 1;
    float count = decayed(entry.count, clock.millis() - entry.last);
    entry.price = from;
    entry.offered = false;
    entry.priority =
        from + weight * Math.pow(count + FLOOR, exponent) * cost.perByte(entry.key, entry.size);
  }

  private static float decayed(float count, long millis) {
    return millis <= 0 ? count : (float) (count * Math.exp(-millis * Math.log(2) / HALF_LIFE));
  }
}
