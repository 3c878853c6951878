package larder.janitor;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import larder.bucket.Condemned;
import larder.bucket.Conditions;
import larder.bucket.Hold;
import larder.bucket.ObjectStore;
import larder.bucket.ObjectStore.Listed;
import larder.lease.Lease;
import larder.lease.LeaseRecord.State;
import larder.lease.Leases;
import larder.lease.Leases.Attempt;

/**
 * Clears away what nobody needs any more: uploads that will never come to their end, condemned
 * objects, and old records. One larder of all does it at a time where the store allows for leases;
 * two at once do no harm, as each step may be taken twice.
 */
public final class Janitor {
  private static final String LEASE = "janitor";

  private final ObjectStore store;
  private final Condemned condemned;
  private final Optional<Leases> leases;
  private final Duration every;
  private final Duration grace;

  /**
   * @param leases empty where the store allows for none
   * @param every how long all is left alone after a sweep, where others' sweeps are known of
   * @param grace how old something has to be, by the store's clock, before it goes
   */
  public Janitor(
      ObjectStore store,
      Condemned condemned,
      Optional<Leases> leases,
      Duration every,
      Duration grace) {
    this.store = store;
    this.condemned = condemned;
    this.leases = leases;
    this.every = every;
    this.grace = grace;
  }

  /**
   * What a sweep has cleared away.
   *
   * @param uploads that were given up
   * @param objects that had been condemned
   * @param records of leases and tries
   */
  public record Swept(int uploads, int objects, int records) {
    private String told() {
      return "%d uploads, %d objects, %d records".formatted(uploads, objects, records);
    }
  }

  /**
   * Sweeps, unless another larder does or has done so lately.
   *
   * @return empty in that case
   * @throws IOException when the store fails; what is left goes with the next sweep
   */
  public Optional<Swept> sweep() throws IOException {
    return leases.isEmpty() ? Optional.of(sweep(Hold.ALWAYS)) : sweep(leases.get());
  }

  private Optional<Swept> sweep(Leases leases) throws IOException {
    if (!(leases.take(LEASE, every) instanceof Attempt.Taken(Lease lease))) {
      return Optional.empty();
    }
    Swept swept;
    try {
      swept = sweep(lease);
    } catch (IOException | RuntimeException e) {
      giveUp(lease, e);
      throw e;
    }
    lease.release(State.DONE, swept.told());
    return Optional.of(swept);
  }

  private static void giveUp(Lease lease, Exception trouble) {
    try {
      lease.release(State.FAILED, "");
    } catch (IOException e) {
      trouble.addSuppressed(e);
    }
  }

  private Swept sweep(Hold hold) throws IOException {
    int uploads = store.clear(grace, hold);
    int objects = condemned.sweep(grace, hold);
    int records = records(Leases.FOLDER, hold) + records(Conditions.FOLDER, hold);
    return new Swept(uploads, objects, records);
  }

  /** Whoever has a lease renews it; what is as old as that has no holder. */
  private int records(String folder, Hold hold) throws IOException {
    int removed = 0;
    for (List<Listed> page = store.list(folder, "");
        !page.isEmpty();
        page = store.list(folder, page.getLast().key())) {
      for (Listed each : page) {
        if (each.age().compareTo(grace) >= 0
            && hold.goesOn()
            && store.remove(each.key(), each.etag())) {
          removed++;
        }
      }
    }
    return removed;
  }
}
