package larder.http;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** The readers of blobs, no more at once than there are descriptors for. */
public final class Readers {
  private final int most;
  private final Semaphore seats;

  /**
   * @param most at once; at least 1
   */
  public Readers(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("room for " + most + " readers");
    }
    this.most = most;
    this.seats = new Semaphore(most);
  }

  /** Lets a reader in until it closes its seat; empty when there is no room. */
  public Optional<Seat> enter() {
    return seats.tryAcquire() ? Optional.of(new Seat(seats)) : Optional.empty();
  }

  /** How many there are now. */
  public int present() {
    return most - seats.availablePermits();
  }

  /** What a reader holds. */
  public static final class Seat implements AutoCloseable {
    private final Semaphore seats;
    private final AtomicBoolean left = new AtomicBoolean();

    private Seat(Semaphore seats) {
      this.seats = seats;
    }

    @Override
    public void close() {
      if (left.compareAndSet(false, true)) {
        seats.release();
      }
    }
  }
}
