package larder.policy;

import java.util.Iterator;
import java.util.LinkedHashMap;
import larder.tiering.EvictionOrder;

/** The blob that has not been read for the longest time goes first. */
public final class LeastRecentlyUsed<K> implements EvictionOrder<K> {
  private final LinkedHashMap<K, Boolean> byAccess = new LinkedHashMap<>(1024, 0.75f, true);

  @Override
  public void admitted(K key, long size) {
    byAccess.put(key, true);
  }

  @Override
  public void accessed(K key) {
    byAccess.get(key);
  }

  @Override
  public void readOn(K key) {
    accessed(key);
  }

  @Override
  public void removed(K key) {
    byAccess.remove(key);
  }

  @Override
  public Iterator<K> firstToGo() {
    return byAccess.keySet().iterator();
  }
}
