package larder.lease;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import larder.bucket.Hold;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.ObjectStore.Written;
import larder.lease.LeaseRecord.State;

/**
 * A lease that this larder has taken. It is renewed when a third of its time is over, by whoever
 * asks whether it still holds; who does not ask loses it.
 */
public final class Lease implements Hold {
  /** Each but the last found a write of one's own in the way, whose answer had been lost. */
  private static final int TRIES = 4;

  private final Leases leases;
  private final String place;
  private final String nonce;
  private final long epoch;

  /** Taken by the one thread that writes. */
  private final AtomicBoolean writing = new AtomicBoolean();

  /** Of the record that was last known to be there. */
  private volatile String etag = "";

  /** When the last write that worked was begun: the store cannot have done it before. */
  private volatile long since;

  private volatile long due;
  private volatile boolean over;

  Lease(Leases leases, String place, String nonce, long epoch) {
    this.leases = leases;
    this.place = place;
    this.nonce = nonce;
    this.epoch = epoch;
  }

  /** How often it has been taken, this time included; later holders have higher ones. */
  public long epoch() {
    return epoch;
  }

  /** Whether nobody else can have it now. */
  public boolean held() {
    return !over && leases.now() - since < leases.time();
  }

  /** Whether it is held, renewed if that is due. */
  @Override
  public boolean goesOn() {
    return keep("");
  }

  /**
   * Whether it is held, renewed if that is due. A renewal that fails is tried again until the time
   * is over.
   *
   * @param note told to those who do not have it
   */
  public boolean keep(String note) {
    if (!over && leases.now() - due >= 0 && !writing.getAndSet(true)) {
      try {
        if (!written(State.HELD, note)) {
          over = true;
        }
      } catch (IOException e) {
        due = leases.now() + leases.time() / 10;
      } finally {
        writing.set(false);
      }
    }
    return held();
  }

  /**
   * Gives it back, so that others need not wait until its time is over; does nothing when it is
   * another's. Not while another thread keeps it.
   *
   * @throws IOException when that may have failed; then its time has to run out
   */
  public void release(State state, String note) throws IOException {
    if (!over) {
      over = true;
      var _ = written(state, note);
    }
  }

  /** Whether this larder has it, as far as the first write goes. */
  boolean taken(Condition condition) throws IOException {
    long start = leases.now();
    Optional<String> made = first(condition);
    made.ifPresent(each -> note(each, start));
    return made.isPresent();
  }

  /** Answers with the record's etag. */
  private Optional<String> first(Condition condition) throws IOException {
    try {
      return switch (leases.put(place, record(State.HELD, ""), condition)) {
        case Written.Stored(String made) -> Optional.of(made);
        case Written.Refused _ -> own();
      };
    } catch (IOException e) {
      // The answer may be all that was lost.
      Optional<String> there = own();
      if (there.isEmpty()) {
        throw e;
      }
      return there;
    }
  }

  private boolean written(State state, String note) throws IOException {
    for (int tries = 0; tries < TRIES; tries++) {
      long start = leases.now();
      switch (leases.put(place, record(state, note), new Condition.Unchanged(etag))) {
        case Written.Stored(String made) -> {
          note(made, start);
          return true;
        }
        case Written.Refused _ -> {
          Optional<String> there = own();
          if (there.isEmpty()) {
            return false;
          }
          etag = there.get();
        }
      }
    }
    return false;
  }

  /** The etag of what is there, if that is by this taking. */
  private Optional<String> own() throws IOException {
    return leases.find(place).filter(each -> each.is(nonce)).map(Leases.Standing::etag);
  }

  private LeaseRecord record(State state, String note) {
    return new LeaseRecord(nonce, epoch, leases.nonce(), leases.holder(), state, note);
  }

  private void note(String made, long start) {
    etag = made;
    since = start;
    due = start + leases.time() / 3;
  }
}
