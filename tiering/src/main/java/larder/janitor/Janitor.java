package larder.janitor;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
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
    try {
      Swept swept = sweep(lease);
      giveBack(lease, State.DONE, swept.told());
      return Optional.of(swept);
    } catch (IOException | RuntimeException e) {
      giveBack(lease, State.FAILED, "");
      throw e;
    }
  }

  /** What cannot be given back runs out by itself. */
  private static void giveBack(Lease lease, State state, String note) {
    try {
      lease.release(state, note);
    } catch (IOException e) {
      // The store has told of it.
    }
  }

  private Swept sweep(Hold hold) throws IOException {
    List<IOException> failures = new ArrayList<>();
    int uploads = count(() -> store.clear(grace, hold), failures);
    int objects = count(() -> condemned.sweep(grace, hold), failures);
    int records = count(() -> leases(hold) + probes(hold), failures);
    if (!failures.isEmpty()) {
      IOException first = failures.removeFirst();
      failures.forEach(first::addSuppressed);
      throw first;
    }
    return new Swept(uploads, objects, records);
  }

  /** A part of a sweep; what fails of one keeps nobody from the others. */
  private interface Part {
    int run() throws IOException;
  }

  private static int count(Part part, List<IOException> failures) {
    try {
      return part.run();
    } catch (IOException e) {
      failures.add(e);
      return 0;
    }
  }

  /** Whoever has a lease renews it; what is as old as that has no holder. */
  private int leases(Hold hold) throws IOException {
    int removed = 0;
    for (Listed old : old(Leases.FOLDER)) {
      Optional<Listed> now = store.look(old.key());
      Duration left = hold.left();
      if (now.isPresent()
          && now.get().etag().equals(old.etag())
          && left.isPositive()
          && store.remove(now.get(), left)) {
        removed++;
      }
    }
    return removed;
  }

  /** Their names are used once, so that a late removal can hit nothing new. */
  private int probes(Hold hold) throws IOException {
    int removed = 0;
    for (Listed old : old(Conditions.FOLDER)) {
      if (hold.goesOn()) {
        store.remove(old.key());
        removed++;
      }
    }
    return removed;
  }

  /** A thousand at the most; the rest goes with the next sweeps. */
  private List<Listed> old(String folder) throws IOException {
    return store.list(folder, "").stream()
        .filter(each -> each.age().compareTo(grace) >= 0)
        .toList();
  }
}
