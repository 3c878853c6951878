package larder.simulate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import larder.simulate.Trace.Manifest;
import larder.tiering.Bound;
import larder.tiering.EvictionOrder;
import org.jspecify.annotations.Nullable;

/** A disk as larder keeps it: room is made before a blob comes, and ahead of need. */
final class OrderedDisk implements SimulatedDisk {
  private final Bound bound;
  private final EvictionOrder<Integer> order;
  private final Consumer<Manifest> manifests;
  private final Map<Integer, Long> resident = new HashMap<>();
  private long used;
  private long written;

  /**
   * @param manifests who has to hear of them
   */
  OrderedDisk(long capacity, EvictionOrder<Integer> order, Consumer<Manifest> manifests) {
    this.bound = new Bound(capacity, 0);
    this.order = order;
    this.manifests = manifests;
  }

  @Override
  public boolean asked(Integer blob, long size) {
    @Nullable Long known = resident.get(blob);
    if (known != null) {
      order.accessed(blob);
      return true;
    }
    if (size > bound.capacity()) {
      return false; // passed through
    }
    written += size;
    makeRoom(used + size - bound.capacity());
    resident.put(blob, size);
    used += size;
    order.admitted(blob, size);
    makeRoom(bound.over(used));
    return false;
  }

  @Override
  public void served(Manifest manifest) {
    manifests.accept(manifest);
  }

  /** Bytes that it holds. */
  long used() {
    return used;
  }

  @Override
  public long written() {
    return written;
  }

  private void makeRoom(long bytes) {
    if (bytes <= 0) {
      return;
    }
    List<Integer> victims = new ArrayList<>();
    long sum = 0;
    for (Iterator<Integer> next = order.firstToGo(); sum < bytes && next.hasNext(); ) {
      Integer victim = next.next();
      victims.add(victim);
      sum += resident.getOrDefault(victim, 0L);
    }
    for (Integer victim : victims) {
      resident.remove(victim);
      order.removed(victim);
    }
    used -= sum;
  }
}
