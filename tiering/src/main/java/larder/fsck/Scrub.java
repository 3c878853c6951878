package larder.fsck;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import larder.tiering.Blob;
import larder.tiering.BlobKey;
import larder.tiering.ByteRange;
import larder.tiering.Event;
import larder.tiering.Events;
import larder.tiering.Pause;
import larder.tiering.Tier;
import larder.tiering.TierContents;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a tier holds, round after round, within a budget of bytes a second, and removes what
 * is no longer what its name says: rot that leaves no trace in a file's dates is found before a
 * client meets it.
 */
public final class Scrub implements Runnable {
  /*
   * A blob is opened anew for each piece, and is not open while the budget is waited for: at the usual pace a large one
   * would be kept from eviction for hours. What takes its place meanwhile has the same bytes, or it would not be there.
   * The order is drawn anew for each round, so that a larder that is often restarted comes to all of them too.
   */
  private static final Logger LOG = System.getLogger(Scrub.class.getName());
  private static final int PIECE = 1 << 20;

  /** What opening a file is charged with, so that small ones and ones that cannot be read count. */
  private static final int OPENING = 16 << 10;

  private static final Duration ROUND = Duration.ofDays(1);

  private final Tier tier;
  private final TierContents contents;
  private final Throttle throttle;
  private final RandomGenerator order;
  private final Pause pause;
  private final Events events;
  private final InstantSource clock;

  public Scrub(
      Tier tier,
      Throttle throttle,
      RandomGenerator order,
      Pause pause,
      Events events,
      InstantSource clock) {
    this.tier = tier;
    this.contents = tier.contents();
    this.throttle = throttle;
    this.order = order;
    this.pause = pause;
    this.events = events;
    this.clock = clock;
  }

  /** Goes round after round, one a day at the most, until the thread is interrupted. */
  @Override
  public void run() {
    try {
      while (true) {
        Instant begun = clock.instant();
        round();
        Duration rest = ROUND.minus(Duration.between(begun, clock.instant()));
        if (rest.isPositive()) {
          // No longer, be the clock set back.
          pause.take(rest.compareTo(ROUND) < 0 ? rest : ROUND);
        }
      }
    } catch (InterruptedIOException _) {
      // This is how it ends.
    }
  }

  /** Reads all that the tier holds at its begin, and still holds when its turn comes. */
  private void round() throws InterruptedIOException {
    List<BlobKey> keys = keys();
    Collections.shuffle(keys, order);
    for (BlobKey key : keys) {
      check(key);
    }
    LOG.log(
        Level.INFO,
        () -> "read through the %s tier: %,d blobs".formatted(tier.name(), keys.size()));
  }

  private List<BlobKey> keys() throws InterruptedIOException {
    try {
      return new ArrayList<>(contents.keys(_ -> true));
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      failed("", e);
      return List.of();
    }
  }

  private void check(BlobKey key) throws InterruptedIOException {
    Proof proof = new Proof(key.digest(), Throttle.none());
    OptionalLong left;
    do {
      long before = proof.bytes();
      left = readOn(key, proof);
      throttle.read(OPENING + proof.bytes() - before);
    } while (left.isPresent() && left.getAsLong() > 0);
    if (left.isPresent() && proof.objection().isPresent()) {
      tier.damaged(key);
    }
    events.on(new Event.Scrubbed(clock.instant(), tier.name(), key, proof.bytes()));
  }

  /**
   * Reads the next piece of a blob.
   *
   * @return how much is left of it; empty when it is gone, or cannot be read
   */
  private OptionalLong readOn(BlobKey key, Proof proof) throws InterruptedIOException {
    try (@Nullable Blob blob = contents.open(key).orElse(null)) {
      if (blob == null) {
        return OptionalLong.empty();
      }
      long at = proof.bytes();
      long left = blob.size().orElseThrow() - at;
      long length = Math.min(left, PIECE);
      if (length > 0) {
        var _ = blob.transferTo(new ByteRange(at, length), proof);
      }
      return OptionalLong.of(left - length);
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while reading " + key);
      }
      failed(key.toString(), e);
      return OptionalLong.empty();
    }
  }

  private void failed(String what, IOException e) {
    events.on(new Event.TierFailed(clock.instant(), tier.name(), "scrub", what, e));
  }
}
