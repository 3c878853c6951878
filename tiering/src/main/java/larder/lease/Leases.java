package larder.lease;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import larder.bucket.Body;
import larder.bucket.FleetKey;
import larder.bucket.ObjectStore;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.ObjectStore.Written;
import larder.bucket.StoredObject;

/**
 * Leases in a store that keeps the conditions of writes. At most one larder at a time believes that
 * it has a lease, whatever answers are lost and however late writes are applied; but what it has
 * begun may still take effect when another has the lease. So a lease is advice: it saves work and
 * money, and what two do at once must do no harm.
 *
 * <p>How old a record is, is told by the store's clock in one answer, or by how long oneself has
 * seen it unchanged. No clock of a larder is ever compared with another's. See Gray and Cheriton,
 * "Leases: an efficient fault-tolerant mechanism for distributed file cache consistency" (SOSP
 * 1989).
 */
public final class Leases {
  /** Where they are. */
  public static final String FOLDER = "leases/";

  static final Duration SHORTEST = Duration.ofSeconds(15);

  /** A store tells times in seconds, so that an age may be wrong by one; clocks drift a little. */
  static final Duration GRAIN = Duration.ofSeconds(2);

  private static final int LARGEST = 4096;
  private static final int MOST_SEEN = 1000;

  private final ObjectStore store;
  private final Optional<FleetKey> key;
  private final Duration time;
  private final String holder;
  private final RandomGenerator random;
  private final LongSupplier nanos;

  /** Since when a record has been seen unchanged, by this larder's own clock. */
  private record Seen(String etag, long since) {}

  private final Map<String, Seen> seen = // guarded by itself
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
          return size() > MOST_SEEN;
        }
      };

  /**
   * @param key with which records are signed; one that carries no valid signature does not exist
   * @param time for how long a lease is held after it was last renewed, at least 15 s
   * @param holder this larder's name, for people
   * @param nanos a clock that only ever goes forward, in nanoseconds
   */
  public Leases(
      ObjectStore store,
      Optional<FleetKey> key,
      Duration time,
      String holder,
      RandomGenerator random,
      LongSupplier nanos) {
    if (time.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException("a lease of " + time + ", less than " + SHORTEST);
    }
    this.store = store;
    this.key = key;
    this.time = time;
    this.holder = holder;
    this.random = random;
    this.nanos = nanos;
  }

  /** What became of trying to take a lease. */
  public sealed interface Attempt {
    /** It is this larder's now. */
    record Taken(Lease lease) implements Attempt {}

    /**
     * It is another's, or was until lately.
     *
     * @param age of the record, by the store's clock
     */
    record Refused(LeaseRecord record, Duration age) implements Attempt {}
  }

  /** A record as it is in the store; one that does not count is none. */
  record Standing(Optional<LeaseRecord> record, String etag, Duration age) {
    boolean is(String nonce) {
      return record.filter(each -> each.nonce().equals(nonce)).isPresent();
    }
  }

  /**
   * Takes a lease unless another has it.
   *
   * @param rest for how long nobody takes it after it was given back
   * @throws IOException when the store failed; then nobody may have it for as long as leases last
   */
  public Attempt take(String name, Duration rest) throws IOException {
    String place = FOLDER + name;
    Optional<Standing> there = find(place);
    Optional<LeaseRecord> record = there.flatMap(Standing::record);
    if (record.isPresent() && !free(place, record.get(), there.get(), rest)) {
      return new Attempt.Refused(record.get(), there.get().age());
    }
    Condition condition =
        there
            .<Condition>map(each -> new Condition.Unchanged(each.etag()))
            .orElseGet(Condition.Absent::new);
    Lease lease = new Lease(this, place, nonce(), record.map(LeaseRecord::epoch).orElse(0L) + 1);
    if (lease.taken(condition)) {
      return new Attempt.Taken(lease);
    }
    LeaseRecord faster =
        find(place)
            .flatMap(Standing::record)
            .or(() -> record)
            .orElseThrow(
                () -> new IOException(place + " in " + store.name() + " changes; try again"));
    return new Attempt.Refused(faster, Duration.ZERO);
  }

  private boolean free(String place, LeaseRecord record, Standing standing, Duration rest) {
    Duration after = record.state() == LeaseRecord.State.HELD ? time.plus(GRAIN) : rest;
    return standing.age().compareTo(after) >= 0 || unchanged(place, standing.etag(), after);
  }

  private boolean unchanged(String place, String etag, Duration atLeast) {
    long now = nanos.getAsLong();
    synchronized (seen) {
      Seen before = seen.get(place);
      if (before == null || !before.etag().equals(etag)) {
        seen.put(place, new Seen(etag, now));
        return false;
      }
      return now - before.since() >= atLeast.toNanos();
    }
  }

  /** What is known of a lease. */
  Optional<Standing> find(String place) throws IOException {
    try (StoredObject object = store.get(place, 0).orElse(null)) {
      if (object == null) {
        return Optional.empty();
      }
      String text = new String(object.bytes().readNBytes(LARGEST), StandardCharsets.UTF_8);
      Optional<String> believed =
          key.isEmpty() ? Optional.of(text) : key.get().verified(place, text);
      return Optional.of(
          new Standing(believed.flatMap(LeaseRecord::parse), object.etag(), object.age()));
    }
  }

  Written put(String place, LeaseRecord record, Condition condition) throws IOException {
    String text = record.format();
    String signed = key.map(each -> each.sign(place, text)).orElse(text);
    return store.put(
        place, Body.of(signed.getBytes(StandardCharsets.UTF_8), "text/plain"), condition);
  }

  String nonce() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  String holder() {
    return holder;
  }

  /** Of a lease, in nanoseconds. */
  long time() {
    return time.toNanos();
  }

  long now() {
    return nanos.getAsLong();
  }
}
