package larder.tiering;

import java.util.Iterator;
import java.util.LinkedHashMap;

/** The blob that has not been read for the longest time goes first. */
public final class LeastRecentlyUsed implements EvictionOrder {
  private final LinkedHashMap<BlobKey, Boolean> byAccess = new LinkedHashMap<>(1024, 0.75f, true);

  @Override
  public void admitted(BlobKey key, long size) {
    byAccess.put(key, true);
  }

  @Override
  public void accessed(BlobKey key) {
    byAccess.get(key);
  }

  @Override
  public void removed(BlobKey key) {
    byAccess.remove(key);
  }

  @Override
  public Iterator<BlobKey> firstToGo() {
    return byAccess.keySet().iterator();
  }
}
