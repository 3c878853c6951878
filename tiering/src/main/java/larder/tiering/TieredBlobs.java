package larder.tiering;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Blobs by key: from the tier that holds them, else from a fill that all readers share, else
 * straight through. Whoever opens a blob cannot tell one from another but by {@link Blob#origin}.
 */
public final class TieredBlobs implements Closeable {
  /*
   * A reader that arrives as a fill ends must look into the tier again, and so must one that is about to start a fill: else
   * small blobs would be fetched twice or their spool files be opened after they are gone.
   */

  /** How long the bytes of a fill whose sources failed stay, charged, for someone to go on with. */
  public static final Duration PARKED = Duration.ofMinutes(10);

  /** How often the index is believed when the store has just not given what it should hold. */
  private static final int BELIEVED = 2;

  /**
   * How often a reader looks again before it goes its own way, so that nothing can make it spin.
   */
  private static final int ROUNDS = 5;

  private final Tier tier;
  private final Fill.Kitchen kitchen;
  private final SharedTier shared;
  private final Events events;
  private final InstantSource clock;
  private final ConcurrentMap<BlobKey, Fill> fills = new ConcurrentHashMap<>();
  private final ConcurrentMap<Fill, Instant> parked = new ConcurrentHashMap<>();
  private final ExecutorService workers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("fill-", 0).factory());
  private final Rechecks rechecks;

  /**
   * @param drafts how many fills may have a spool file at once, be they read by someone or not;
   *     what is asked for beyond them streams straight through
   * @param admission which copies of other places are worth one here
   * @param shared beneath the tier
   */
  public TieredBlobs(
      Tier tier,
      Spool spool,
      FileTransfer transfer,
      DiskThreads disk,
      Pause pause,
      int drafts,
      Admission admission,
      SharedTier shared,
      Events events,
      InstantSource clock) {
    this.tier = tier;
    this.kitchen =
        new Fill.Kitchen(
            tier,
            spool,
            transfer,
            disk,
            pause,
            new Semaphore(drafts),
            () -> dropParked(Instant.MAX),
            admission);
    this.shared = shared;
    this.events = events;
    this.clock = clock;
    this.rechecks = new Rechecks(tier, workers);
  }

  /**
   * Opens a blob; the caller closes it.
   *
   * @param from the first byte that will be read, where it is known
   * @param homes where it is at home, in the order in which they are asked when no tier holds the
   *     blob; at least one
   * @throws SourceException when the sources do not give it
   */
  public Blob open(BlobKey key, long from, List<Source> homes) throws IOException {
    List<Source> sources = Stream.concat(shared.copies(key).stream(), homes.stream()).toList();
    boolean refused = false;
    for (int round = 0; round < ROUNDS; round++) {
      Optional<Blob> resident = resident(key, from == 0);
      if (resident.isPresent()) {
        return resident.get();
      }
      OptionalLong declined =
          from == 0 || fills.containsKey(key)
              ? OptionalLong.empty()
              : kitchen.admission().declined(key);
      if (declined.isPresent()) {
        return PassThrough.open(key, sources, from, declined, kitchen.pause());
      }
      Fill mine = new Fill(key, kitchen);
      mine.join();
      boolean believed = round < BELIEVED;
      Fill fill =
          fills.computeIfAbsent(key, absent -> believed && tier.holds(absent) ? null : mine);
      if (fill == null) {
        continue;
      }
      boolean asked = fill == mine;
      if (asked) {
        launch(key, fill, Attempts.first(sources));
      } else if (!fill.join()) {
        continue;
      } else if (unpark(fill, Instant.MAX)) {
        asked = true;
        launch(key, fill, Attempts.first(sources));
      }
      Followed followed = fill.follow(sources, from);
      while (followed instanceof Followed.Superseded(Fill next)) {
        followed = next.follow(sources, from);
      }
      switch (followed) {
        case Followed.Reading(Blob blob) -> {
          return blob;
        }
        case Followed.NoRoom(OptionalLong size, Optional<Download> begun) -> {
          return begun.isPresent()
              ? PassThrough.takeOver(key, sources, begun.get(), kitchen.pause())
              : PassThrough.open(key, sources, from, size, kitchen.pause());
        }
        case Followed.Failed(IOException cause) -> {
          // A refusal answers only who asked: another repository may well have the blob.
          if (asked || !refusal(cause)) {
            throw cause;
          }
          if (refused) {
            return PassThrough.open(key, sources, from, OptionalLong.empty(), kitchen.pause());
          }
          refused = true;
        }
        case Followed.Over _, Followed.Superseded _ -> {}
      }
    }
    return PassThrough.open(key, sources, from, OptionalLong.empty(), kitchen.pause());
  }

  /** What is public may be served under a private key too; never the reverse. */
  private Optional<Blob> resident(BlobKey key, boolean anew) throws IOException {
    Optional<Blob> own = rechecks.open(key, anew);
    Optional<BlobKey> shared = key.inPublic();
    return own.isPresent() || shared.isEmpty() ? own : rechecks.open(shared.get(), anew);
  }

  /**
   * The blob's size in bytes when it is resident, or being filled and its first byte has come. No
   * source is asked, and it is no access.
   */
  public OptionalLong sizeOf(BlobKey key) {
    OptionalLong stored = tier.sizeOf(key);
    Optional<BlobKey> shared = key.inPublic();
    if (stored.isEmpty() && shared.isPresent()) {
      stored = tier.sizeOf(shared.get());
    }
    if (stored.isPresent()) {
      return stored;
    }
    Fill fill = fills.get(key);
    return fill == null ? OptionalLong.empty() : fill.size();
  }

  /** How many fills are under way or wait for their sources to work again. */
  public int fills() {
    return fills.size();
  }

  /** Does what is due: lets go of fills that nobody went on with, and has the tier tidy up. */
  public void tidy() {
    dropParked(clock.instant().minus(PARKED));
    tier.tidy();
  }

  /** Lets go of what came of some blobs before their sources failed. */
  public void forget(Predicate<BlobKey> which) {
    var _ = dropParked(which, Instant.MAX);
  }

  /** Ends the fills that are under way; their readers are cut. */
  @Override
  public void close() {
    workers.shutdownNow();
    workers.close();
    dropParked(Instant.MAX);
  }

  private void launch(BlobKey key, Fill fill, Attempts attempts) {
    try {
      workers.execute(() -> run(key, fill, attempts));
    } catch (RejectedExecutionException e) {
      end(key, fill, new Progress.State.Failed(new IOException("no more is copied", e), false));
    }
  }

  private void run(BlobKey key, Fill fill, Attempts attempts) {
    Instant start = clock.instant();
    long before = fill.received();
    Fill.End end = new Fill.End.Broken(new IOException("the copy of " + key + " failed"), false);
    try {
      end = fill.copy(attempts.sources());
    } finally {
      // Also when a bug ends the copy: its readers wait for nothing else.
      try {
        Duration taken = Duration.between(start, clock.instant());
        long bytes = fill.received() - before;
        events.on(new Event.Filled(clock.instant(), key, outcome(end), bytes, taken));
      } finally {
        conclude(key, fill, attempts, end);
      }
    }
  }

  private void conclude(BlobKey key, Fill fill, Attempts attempts, Fill.End end) {
    switch (end) {
      case Fill.End.Complete(boolean kept, boolean copied) -> {
        fills.remove(key, fill);
        fill.finish();
        if (kept && !copied) {
          shared.fetched(key);
        }
      }
      case Fill.End.Declined(Progress.State.Detached at) -> end(key, fill, at);
      case Fill.End.Corrupt(Source from, boolean copied, CorruptBlobException cause) -> {
        boolean again = startOver(key, fill, attempts.afterWrong(from, copied));
        end(key, fill, new Progress.State.Failed(cause, again));
      }
      case Fill.End.Broken(IOException cause, boolean sound) -> {
        if (sound && fill.received() > 0 && !workers.isShutdown()) {
          park(fill, cause);
        } else {
          end(key, fill, new Progress.State.Failed(cause, false));
        }
      }
    }
  }

  /** One step with the telling: whoever hears of the failure and comes back goes on with it. */
  private void park(Fill fill, IOException cause) {
    synchronized (fill) {
      parked.put(fill, clock.instant());
      fill.tell(new Progress.State.Failed(cause, false));
    }
  }

  private boolean unpark(Fill fill, Instant before) {
    synchronized (fill) {
      Instant since = parked.get(fill);
      if (since == null || !since.isBefore(before)) {
        return false;
      }
      parked.remove(fill);
      fill.tell(new Progress.State.Arriving());
      return true;
    }
  }

  /** Told only after the fill is found no more, else its readers would come back to it. */
  private void end(BlobKey key, Fill fill, Progress.State last) {
    fills.remove(key, fill);
    fill.tell(last);
    fill.finish();
  }

  /** Tries once more in a new draft; the readers who got nothing yet come along. */
  private boolean startOver(BlobKey key, Fill fill, Optional<Attempts> next) {
    if (next.isEmpty()) {
      return false;
    }
    Fill again = new Fill(key, kitchen);
    again.join();
    if (!fills.replace(key, fill, again)) {
      return false;
    }
    fill.succeededBy(again);
    launch(key, again, next.get());
    return true;
  }

  private boolean dropParked(Instant before) {
    return dropParked(_ -> true, before);
  }

  private boolean dropParked(Predicate<BlobKey> which, Instant before) {
    boolean dropped = false;
    for (Fill fill : parked.keySet()) {
      if (which.test(fill.key()) && unpark(fill, before)) {
        IOException late = new IOException("no one went on with " + fill.key());
        end(fill.key(), fill, new Progress.State.Failed(late, true));
        dropped = true;
      }
    }
    return dropped;
  }

  private static Event.Outcome outcome(Fill.End end) {
    return switch (end) {
      case Fill.End.Complete(boolean kept, _) -> kept ? Event.Outcome.KEPT : Event.Outcome.NOT_KEPT;
      case Fill.End.Declined _ -> Event.Outcome.DECLINED;
      case Fill.End.Corrupt _ -> Event.Outcome.CORRUPT;
      case Fill.End.Broken(IOException cause, _) ->
          refusal(cause) ? Event.Outcome.REFUSED : Event.Outcome.FAILED;
    };
  }

  private static boolean refusal(IOException cause) {
    return cause instanceof SourceException.Unknown || cause instanceof SourceException.Denied;
  }
}
