package larder.fsck;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import larder.tiering.BlobKey;
import larder.tiering.ByteRange;
import larder.tiering.Event;
import larder.tiering.Events;
import larder.tiering.Pause;
import larder.tiering.PinnedBlob;
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
   * would be kept from eviction for hours. When another copy has taken its place, what was read of the first says nothing.
   * The order is drawn anew for each round, so that a larder that is often restarted comes to all of them too.
   */
  private static final Logger LOG = System.getLogger(Scrub.class.getName());
  private static final int LARGEST_PIECE = 1 << 20;

  /** What opening a file is charged with, so that small ones and ones that cannot be read count. */
  private static final int OPENING = 16 << 10;

  private static final Duration ROUND = Duration.ofDays(1);

  /** After a round that found nothing to read, or that could not go on. */
  private static final Duration RETRY = Duration.ofMinutes(10);

  /** So many in a row that cannot be read tell of the medium, and not of them. */
  private static final int SICK = 16;

  private final Tier tier;
  private final TierContents contents;
  private final Throttle budget;
  private final int piece;
  private final RandomGenerator order;
  private final Pause pause;
  private final Events events;
  private final InstantSource clock;
  private final List<BlobKey> unreadable = new ArrayList<>();
  private long owed;

  /**
   * @param perSecond how many bytes may be read, more than 0
   * @param nanos tells the time, from some moment on
   */
  public Scrub(
      Tier tier,
      long perSecond,
      RandomGenerator order,
      Pause pause,
      LongSupplier nanos,
      Events events,
      InstantSource clock) {
    this.tier = tier;
    this.contents = tier.contents();
    this.budget = new Throttle(perSecond, pause, nanos);
    this.piece = (int) Math.min(LARGEST_PIECE, Math.max(OPENING, perSecond));
    this.order = order;
    this.pause = pause;
    this.events = events;
    this.clock = clock;
  }

  /** What reading a blob has come to. */
  private enum Outcome {
    RIGHT,
    WRONG,
    UNREADABLE,
    /** It has left the tier, or another copy has taken its place. */
    GONE
  }

  /** Goes round after round, one a day at the most, until the thread is interrupted. */
  @Override
  public void run() {
    try {
      while (true) {
        pause.take(round());
      }
    } catch (InterruptedIOException _) {
      // This is how it ends.
    }
  }

  /** Reads all that the tier holds, and tells for how long to rest then. */
  private Duration round() throws InterruptedIOException {
    Instant begun = clock.instant();
    try {
      if (!read()) {
        return RETRY;
      }
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      failed("", e);
      return RETRY;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "reading through the %s tier failed by a bug".formatted(tier.name()), e);
      return RETRY;
    }
    Duration took = Duration.between(begun, clock.instant());
    return took.isNegative() || took.compareTo(ROUND) > 0 ? RETRY : ROUND.minus(took);
  }

  /** Whether there was anything to read. */
  private boolean read() throws IOException {
    List<String> digits = new ArrayList<>(Arrays.asList("0123456789abcdef".split("")));
    Collections.shuffle(digits, order);
    boolean any = false;
    // A sixteenth at a time, since it takes long, and what is evicted meanwhile is kept in mind for
    // as long.
    for (String digit : digits) {
      List<BlobKey> keys =
          new ArrayList<>(contents.keys(key -> key.digest().hex().startsWith(digit)));
      Collections.shuffle(keys, order);
      any |= !keys.isEmpty();
      for (BlobKey key : keys) {
        check(key);
      }
    }
    return any;
  }

  private void check(BlobKey key) throws IOException {
    switch (read(key, false)) {
      case RIGHT -> {
        // The medium gives others, so it is not the medium: what it does not give once more is
        // lost.
        for (BlobKey each : unreadable) {
          var _ = read(each, true);
        }
        unreadable.clear();
      }
      case UNREADABLE -> {
        unreadable.add(key);
        if (unreadable.size() >= SICK) {
          unreadable.clear();
          throw new IOException(
              "%d blobs in a row cannot be read; none is removed, and it is tried again later"
                  .formatted(SICK));
        }
      }
      case WRONG, GONE -> {}
    }
  }

  /**
   * Reads a blob to its end, and removes it when it is wrong.
   *
   * @param again whether it could not be read before; if that is still so, it is removed too
   */
  private Outcome read(BlobKey key, boolean again) throws InterruptedIOException {
    Proof proof = new Proof(key.digest(), Throttle.none());
    @Nullable PinnedBlob first = null;
    while (true) {
      budget.read(owed);
      owed = OPENING;
      try (@Nullable PinnedBlob blob = contents.open(key).orElse(null)) {
        if (blob == null || (first != null && !blob.isOfCopy(first))) {
          return Outcome.GONE;
        }
        first = blob;
        readOn(blob, proof, again);
        if (proof.bytes() >= blob.length()) {
          if (proof.objection().isEmpty()) {
            return Outcome.RIGHT;
          }
          blob.damaged();
          return Outcome.WRONG;
        }
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("interrupted while reading " + key);
        }
        failed(key.toString(), e);
        if (again && first == null) {
          remove(key);
        }
        return Outcome.UNREADABLE;
      }
    }
  }

  /** What cannot even be opened. */
  private void remove(BlobKey key) {
    try {
      if (contents.remove(key).isPresent()) {
        events.on(new Event.Damaged(clock.instant(), tier.name(), key));
      }
    } catch (IOException e) {
      failed(key.toString(), e);
    }
  }

  private void readOn(PinnedBlob blob, Proof proof, boolean again) throws IOException {
    long at = proof.bytes();
    long length = Math.min(blob.length() - at, piece);
    if (length <= 0) {
      return;
    }
    try {
      var _ = blob.transferTo(new ByteRange(at, length), proof);
    } catch (IOException e) {
      if (again && !Thread.currentThread().isInterrupted()) {
        blob.damaged();
      }
      throw e;
    } finally {
      long read = proof.bytes() - at;
      owed += read;
      events.on(new Event.Scrubbed(clock.instant(), tier.name(), read));
    }
  }

  private void failed(String what, IOException e) {
    events.on(new Event.TierFailed(clock.instant(), tier.name(), "scrub", what, e));
  }
}
