package larder.tiering;

import java.util.concurrent.Semaphore;

/**
 * Permits for calls that may wait for the disk. Such a call holds a carrier thread of the virtual
 * threads, so fewer may be under way than there are carriers: a stalled disk then stops those who
 * need it and no one else.
 */
public final class DiskGate {
  private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

  private final Semaphore permits;

  /**
   * @param permits how many calls may be under way at once; at least 1
   */
  public DiskGate(int permits) {
    if (permits < 1) {
      throw new IllegalArgumentException("a disk gate needs a permit, not " + permits);
    }
    this.permits = new Semaphore(permits);
  }

  /**
   * Leaves a quarter of this process's carrier threads, and at least one where there are two, to
   * others.
   */
  public static DiskGate forCarriers() {
    int carriers = Integer.getInteger(CARRIERS, Runtime.getRuntime().availableProcessors());
    return new DiskGate(Math.max(1, carriers - Math.max(1, carriers / 4)));
  }

  /** Waits for a permit; {@link #leave} gives it back. */
  public void enter() {
    permits.acquireUninterruptibly();
  }

  /** Gives back the permit of one {@link #enter}. */
  public void leave() {
    permits.release();
  }
}
