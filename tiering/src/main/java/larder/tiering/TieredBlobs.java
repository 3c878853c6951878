package larder.tiering;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

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
  private static final int VAIN_LOOKS = 2;

  private final Tier tier;
  private final Fill.Kitchen kitchen;
  private final Events events;
  private final InstantSource clock;
  private final ConcurrentMap<BlobKey, Fill> fills = new ConcurrentHashMap<>();
  private final ConcurrentMap<Fill, Parked> parked = new ConcurrentHashMap<>();
  private final ExecutorService workers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("fill-", 0).factory());
  private final Rechecks rechecks;

  private record Parked(BlobKey key, Instant since) {}

  public TieredBlobs(
      Tier tier,
      Spool spool,
      FileTransfer transfer,
      DiskGate gate,
      Pause pause,
      Events events,
      InstantSource clock) {
    this.tier = tier;
    this.kitchen =
        new Fill.Kitchen(tier, spool, transfer, gate, pause, () -> dropParked(Instant.MAX));
    this.events = events;
    this.clock = clock;
    this.rechecks = new Rechecks(tier, workers);
  }

  /**
   * Opens a blob; the caller closes it.
   *
   * @param from the first byte that will be read, where it is known
   * @param sources in the order in which they are asked when no tier holds the blob; at least one
   * @throws SourceException when the sources do not give it
   */
  public Blob open(BlobKey key, long from, List<Source> sources) throws IOException {
    return open(key, from, sources, OptionalLong.empty());
  }

  /**
   * The same with a hint at the blob's size, which is used while no source says the size. A wrong
   * one costs another fetch.
   */
  public Blob open(BlobKey key, long from, List<Source> sources, OptionalLong hint)
      throws IOException {
    int vain = 0;
    boolean refused = false;
    while (true) {
      Optional<Blob> resident = rechecks.open(key);
      if (resident.isPresent()) {
        return resident.get();
      }
      Fill mine = new Fill(key, kitchen, hint);
      mine.join();
      boolean believed = vain < VAIN_LOOKS;
      Fill fill =
          fills.computeIfAbsent(key, absent -> believed && tier.holds(absent) ? null : mine);
      if (fill == null) {
        vain++;
        continue;
      }
      boolean asked = fill == mine;
      if (asked) {
        launch(key, fill, sources, 0);
      } else if (!fill.join()) {
        continue;
      } else if (parked.remove(fill) != null) {
        asked = true;
        fill.tell(new Progress.State.Arriving());
        launch(key, fill, sources, 0);
      }
      switch (fill.follow(sources, from)) {
        case Fill.Followed.Reading(Blob blob) -> {
          return blob;
        }
        case Fill.Followed.NoRoom(Optional<Download> begun) -> {
          return begun.isPresent()
              ? PassThrough.takeOver(key, sources, begun.get(), kitchen.pause())
              : PassThrough.open(key, sources, from, kitchen.pause());
        }
        case Fill.Followed.Failed(IOException cause) -> {
          // A refusal answers only who asked: another repository may well have the blob.
          if (asked || !refusal(cause)) {
            throw cause;
          }
          if (refused) {
            return PassThrough.open(key, sources, from, kitchen.pause());
          }
          refused = true;
        }
        case Fill.Followed.Over _ -> {}
      }
    }
  }

  /** The blob's size when it is resident or being filled, without asking any source. */
  public OptionalLong sizeOf(BlobKey key) throws IOException {
    Optional<BlobStore.StoredBlob> stored = tier.find(key);
    if (stored.isPresent()) {
      try (BlobStore.StoredBlob blob = stored.get()) {
        return blob.size();
      }
    }
    Fill fill = fills.get(key);
    return fill == null ? OptionalLong.empty() : fill.size();
  }

  /** How many fills are under way or wait for their sources to work again. */
  public int fills() {
    return fills.size();
  }

  /** Does what is due: lets go of fills that nobody went on with, and makes room ahead of need. */
  public void tidy() {
    dropParked(clock.instant().minus(PARKED));
    tier.trim();
  }

  /** Ends the fills that are under way; their readers are cut. */
  @Override
  public void close() {
    workers.shutdownNow();
    workers.close();
    dropParked(Instant.MAX);
  }

  private void launch(BlobKey key, Fill fill, List<Source> sources, int wrong) {
    try {
      workers.execute(() -> run(key, fill, sources, wrong));
    } catch (RejectedExecutionException e) {
      end(key, fill, new Progress.State.Failed(new IOException("no more is copied", e), false));
    }
  }

  private void run(BlobKey key, Fill fill, List<Source> sources, int wrong) {
    Instant start = clock.instant();
    long before = fill.received();
    Fill.End end = new Fill.End.Broken(new IOException("the copy of " + key + " failed"), false);
    try {
      end = fill.copy(sources);
    } finally {
      // Also when a bug ends the copy: its readers wait for nothing else.
      conclude(key, fill, sources, wrong, end);
    }
    events.on(
        new Event.Filled(
            clock.instant(),
            key,
            outcome(end),
            fill.received() - before,
            Duration.between(start, clock.instant())));
  }

  private void conclude(BlobKey key, Fill fill, List<Source> sources, int wrong, Fill.End end) {
    switch (end) {
      case Fill.End.Complete _ -> {
        fills.remove(key, fill);
        fill.finish();
      }
      case Fill.End.Declined(Progress.State.Detached at) -> end(key, fill, at);
      case Fill.End.Corrupt(Source from, CorruptBlobException cause) -> {
        boolean again = startOver(key, fill, sources, from, wrong + 1);
        end(key, fill, new Progress.State.Failed(cause, again));
      }
      case Fill.End.Broken(IOException cause, boolean sound) -> {
        if (sound && fill.received() > 0 && !workers.isShutdown()) {
          fill.tell(new Progress.State.Failed(cause, false));
          parked.put(fill, new Parked(key, clock.instant()));
        } else {
          end(key, fill, new Progress.State.Failed(cause, false));
        }
      }
    }
  }

  /** Told only after the fill is found no more, else its readers would come back to it. */
  private void end(BlobKey key, Fill fill, Progress.State last) {
    fills.remove(key, fill);
    fill.tell(last);
    fill.finish();
  }

  /**
   * Tries the other sources in a new draft, or the only one once more, without a hint that may have
   * been wrong; the readers who got nothing yet come along.
   */
  private boolean startOver(BlobKey key, Fill fill, List<Source> sources, Source from, int wrong) {
    if (wrong >= Math.max(2, sources.size())) {
      return false;
    }
    List<Source> next = new ArrayList<>(sources);
    next.remove(from);
    next.add(from);
    Fill again = new Fill(key, kitchen, OptionalLong.empty());
    if (fills.replace(key, fill, again)) {
      launch(key, again, next, wrong);
    }
    return true;
  }

  private boolean dropParked(Instant before) {
    boolean dropped = false;
    for (var each : parked.entrySet()) {
      Fill fill = each.getKey();
      Parked since = each.getValue();
      if (since.since().isBefore(before) && parked.remove(fill, since)) {
        IOException late = new IOException("no one went on with " + since.key());
        end(since.key(), fill, new Progress.State.Failed(late, true));
        dropped = true;
      }
    }
    return dropped;
  }

  private static Event.Outcome outcome(Fill.End end) {
    return switch (end) {
      case Fill.End.Complete(boolean kept) -> kept ? Event.Outcome.KEPT : Event.Outcome.NOT_KEPT;
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
