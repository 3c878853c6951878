package larder.policy;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import larder.tiering.EvictionOrder;
import org.jspecify.annotations.Nullable;

/**
 * Three queues, first in, first out (Yang et al., SOSP 2023): what is new is in a small one, and
 * goes when it is not asked for again there; what was is in the main one, and goes when it has not
 * been asked for since it came to its end; what has gone is remembered for a while, and goes to the
 * main one when it comes back. Costs do not count.
 */
public final class S3Fifo<K> implements EvictionOrder<K> {
  /** Of all bytes, those of the small queue. */
  private static final double SMALL = 0.1;

  private static final int MOST_COUNTED = 3;
  private static final int FEWEST_GHOSTS = 1024;

  private final Map<K, Node<K>> nodes = new HashMap<>();
  private final Set<K> ghosts = new LinkedHashSet<>();
  private final Queue<K> small = new Queue<>();
  private final Queue<K> main = new Queue<>();

  private static final class Node<K> {
    final K key;
    final long size;
    int accesses;
    Queue<K> queue;
    @Nullable Node<K> older;
    @Nullable Node<K> newer;

    Node(K key, long size, Queue<K> queue) {
      this.key = key;
      this.size = size;
      this.queue = queue;
    }
  }

  private static final class Queue<K> {
    @Nullable Node<K> oldest;
    @Nullable Node<K> newest;
    long bytes;

    void add(Node<K> node) {
      node.queue = this;
      node.newer = null;
      node.older = newest;
      if (newest == null) {
        oldest = node;
      } else {
        newest.newer = node;
      }
      newest = node;
      bytes += node.size;
    }

    void remove(Node<K> node) {
      if (node.older == null) {
        oldest = node.newer;
      } else {
        node.older.newer = node.newer;
      }
      if (node.newer == null) {
        newest = node.older;
      } else {
        node.newer.older = node.older;
      }
      bytes -= node.size;
    }
  }

  @Override
  public void admitted(K key, long size) {
    Queue<K> queue = ghosts.remove(key) ? main : small;
    Node<K> node = new Node<>(key, size, queue);
    nodes.put(key, node);
    queue.add(node);
  }

  @Override
  public void accessed(K key) {
    @Nullable Node<K> node = nodes.get(key);
    if (node != null) {
      node.accesses = Math.min(MOST_COUNTED, node.accesses + 1);
    }
  }

  @Override
  public void readOn(K key) {
    // Only whether it is asked for again counts.
  }

  @Override
  public void removed(K key) {
    @Nullable Node<K> node = nodes.remove(key);
    if (node == null) {
      return;
    }
    node.queue.remove(node);
    if (node.queue == small) {
      ghosts.add(key);
      int most = Math.max(FEWEST_GHOSTS, nodes.size());
      for (Iterator<K> oldest = ghosts.iterator(); ghosts.size() > most; ) {
        oldest.next();
        oldest.remove();
      }
    }
  }

  @Override
  public Iterator<K> firstToGo() {
    return new Walk();
  }

  /** Gives second chances on its way, as an eviction does. */
  private final class Walk implements Iterator<K> {
    private @Nullable Node<K> inSmall = small.oldest;
    private @Nullable Node<K> inMain = main.oldest;
    private long leaving;
    private long leavingSmall;
    private @Nullable Node<K> found;

    @Override
    public boolean hasNext() {
      if (found == null) {
        found = look();
      }
      return found != null;
    }

    @Override
    public K next() {
      if (!hasNext() || found == null) {
        throw new NoSuchElementException();
      }
      Node<K> node = found;
      found = null;
      return node.key;
    }

    private @Nullable Node<K> look() {
      while (inSmall != null || inMain != null) {
        double all = small.bytes + main.bytes - leaving;
        boolean fromSmall = inMain == null || small.bytes - leavingSmall > all * SMALL;
        Optional<Node<K>> victim = fromSmall && inSmall != null ? ofSmall(inSmall) : ofMain();
        if (victim.isPresent()) {
          leaving += victim.get().size;
          return victim.get();
        }
      }
      return null;
    }

    private Optional<Node<K>> ofSmall(Node<K> node) {
      inSmall = node.newer;
      if (node.accesses == 0) {
        leavingSmall += node.size;
        return Optional.of(node);
      }
      again(node);
      return Optional.empty();
    }

    private Optional<Node<K>> ofMain() {
      @Nullable Node<K> node = inMain;
      if (node == null) {
        return Optional.empty();
      }
      inMain = node.newer;
      if (node.accesses == 0) {
        return Optional.of(node);
      }
      int left = node.accesses - 1;
      again(node);
      node.accesses = left;
      return Optional.empty();
    }

    private void again(Node<K> node) {
      node.queue.remove(node);
      node.accesses = 0;
      main.add(node);
      if (inMain == null) {
        inMain = node;
      }
    }
  }
}
