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
import org.jspecify.annotations.Nullable;

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

  private final Tier tier;
  private final Fill.Kitchen kitchen;
  private final Events events;
  private final InstantSource clock;
  private final ConcurrentMap<BlobKey, Fill> fills = new ConcurrentHashMap<>();
  private final ConcurrentMap<BlobKey, Recheck> rechecks = new ConcurrentHashMap<>();
  private final ConcurrentMap<Fill, Parked> parked = new ConcurrentHashMap<>();
  private final ExecutorService workers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("fill-", 0).factory());

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
  }

  /**
   * Opens a blob; the caller closes it.
   *
   * @param from the first byte that will be read, where it is known
   * @param sources in the order in which they are asked when no tier holds the blob; at least one
   * @throws SourceException when the sources do not give it
   */
  public Blob open(BlobKey key, long from, List<Source> sources) throws IOException {
    while (true) {
      Optional<Blob> resident = resident(key);
      if (resident.isPresent()) {
        return resident.get();
      }
      Fill fill = fills.computeIfAbsent(key, absent -> start(absent, sources));
      if (fill == null) {
        continue;
      }
      if (parked.remove(fill) != null) {
        fill.tell(new Progress.State.Arriving());
        workers.execute(() -> run(key, fill, sources, 0));
      }
      switch (fill.follow(sources)) {
        case Fill.Followed.Reading(Blob blob) -> {
          return blob;
        }
        case Fill.Followed.NoRoom(Optional<Download> begun) -> {
          return begun.isPresent()
              ? PassThrough.takeOver(key, sources, begun.get(), kitchen.pause())
              : PassThrough.open(key, sources, from, kitchen.pause());
        }
        case Fill.Followed.Failed(IOException cause) -> throw cause;
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

  private Optional<Blob> resident(BlobKey key) throws IOException {
    Optional<BlobStore.StoredBlob> found = tier.find(key);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    BlobStore.StoredBlob blob = found.get();
    if (blob.trusted()) {
      return Optional.of(new ResidentBlob(key, blob, tier));
    }
    Recheck recheck = rechecks.get(key);
    if (recheck == null) {
      recheck = startRecheck(key);
    }
    if (recheck == null) {
      blob.close();
      return Optional.empty();
    }
    return recheck.follow(blob);
  }

  private @Nullable Fill start(BlobKey key, List<Source> sources) {
    if (tier.holds(key)) {
      return null;
    }
    Fill fill = new Fill(key, kitchen);
    workers.execute(() -> run(key, fill, sources, 0));
    return fill;
  }

  private void run(BlobKey key, Fill fill, List<Source> sources, int wrong) {
    Instant start = clock.instant();
    Fill.End end = fill.copy(sources);
    events.on(
        new Event.Filled(
            clock.instant(),
            key,
            outcome(end),
            fill.received(),
            Duration.between(start, clock.instant())));
    switch (end) {
      case Fill.End.Complete _ -> fills.remove(key, fill);
      case Fill.End.Declined(Progress.State.Detached at) -> {
        fills.remove(key, fill);
        fill.tell(at);
      }
      case Fill.End.Corrupt(Source from, CorruptBlobException cause) -> {
        startOver(key, fill, sources, from, wrong + 1);
        fill.tell(new Progress.State.Failed(cause));
      }
      case Fill.End.Broken(IOException cause) -> {
        if (fill.received() > 0 && !workers.isShutdown()) {
          fill.tell(new Progress.State.Failed(cause));
          parked.put(fill, new Parked(key, clock.instant()));
          return;
        }
        fills.remove(key, fill);
        fill.tell(new Progress.State.Failed(cause));
      }
    }
    fill.finish();
  }

  /**
   * Tries the other sources in a new spool file, or the only one once more; the readers who got
   * nothing yet come along.
   */
  private void startOver(BlobKey key, Fill fill, List<Source> sources, Source from, int wrong) {
    if (wrong >= Math.max(2, sources.size())) {
      fills.remove(key, fill);
      return;
    }
    List<Source> next = new ArrayList<>(sources);
    next.remove(from);
    next.add(from);
    Fill again = new Fill(key, kitchen);
    if (fills.replace(key, fill, again)) {
      workers.execute(() -> run(key, again, next, wrong));
    }
  }

  /** One check at a time hashes a blob; null when the blob has gone meanwhile. */
  private @Nullable Recheck startRecheck(BlobKey key) throws IOException {
    Optional<BlobStore.StoredBlob> own = tier.find(key);
    if (own.isEmpty()) {
      return null;
    }
    Recheck started = new Recheck(key, own.get());
    Recheck running = rechecks.putIfAbsent(key, started);
    if (running != null) {
      own.get().close();
      return running;
    }
    workers.execute(() -> {
      boolean right = started.run();
      if (!right) {
        tier.damaged(key);
      }
      rechecks.remove(key, started);
      started.tell(right);
    });
    return started;
  }

  private boolean dropParked(Instant before) {
    boolean dropped = false;
    for (var each : parked.entrySet()) {
      Fill fill = each.getKey();
      Parked since = each.getValue();
      if (since.since().isBefore(before) && parked.remove(fill, since)) {
        fills.remove(since.key(), fill);
        fill.finish();
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
      case Fill.End.Broken(IOException cause) ->
          cause instanceof SourceException.Unknown || cause instanceof SourceException.Denied
              ? Event.Outcome.REFUSED
              : Event.Outcome.FAILED;
    };
  }
}
