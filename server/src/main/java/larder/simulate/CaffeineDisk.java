package larder.simulate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/** Caffeine's W-TinyLFU, weighed by size. */
final class CaffeineDisk implements SimulatedDisk {
  private static final long KIB = 1024;

  private final long capacity;
  private final Cache<Integer, Long> cache;
  private long written;

  CaffeineDisk(long capacity) {
    this.capacity = capacity;
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(capacity / KIB)
            .<Integer, Long>weigher((_, size) -> (int) Math.ceilDiv(size, KIB))
            .executor(Runnable::run)
            .build();
  }

  @Override
  public boolean asked(Integer blob, long size) {
    if (cache.getIfPresent(blob) != null) {
      return true;
    }
    if (size <= capacity) {
      written += size;
      cache.put(blob, size);
    }
    return false;
  }

  @Override
  public long written() {
    return written;
  }
}
