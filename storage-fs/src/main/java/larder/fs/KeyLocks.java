package larder.fs;

import java.util.Arrays;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Locks of keys; some keys share one. */
final class KeyLocks {
  private static final int COUNT = 64;

  private final Stripe[] stripes = new Stripe[COUNT];

  /** A lock, and what it guards. */
  static final class Stripe {
    private final Lock lock = new ReentrantLock();
    private long changed; // guarded by lock

    /** When the last of these keys' files that was put in its place changed. */
    long changed() {
      return changed;
    }

    void changed(long nanos) {
      changed = nanos;
    }
  }

  /** What is held until it is closed. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  KeyLocks() {
    Arrays.setAll(stripes, _ -> new Stripe());
  }

  Stripe of(KeyPath path) {
    return stripes[Math.floorMod(path.hashCode(), COUNT)];
  }

  Held hold(Stripe stripe) {
    stripe.lock.lock();
    return stripe.lock::unlock;
  }

  /** Whoever holds one already must not ask for all. */
  Held holdAll() {
    for (Stripe stripe : stripes) {
      stripe.lock.lock();
    }
    return () -> {
      for (Stripe stripe : stripes) {
        stripe.lock.unlock();
      }
    };
  }
}
