package larder.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import larder.registry.Upstreams.Repository;
import larder.tiering.Digest;
import larder.tiering.Event;
import larder.tiering.Events;
import larder.tiering.Origin;
import larder.tiering.SourceException;
import larder.tiering.Tag;
import larder.tiering.TagRecord;
import larder.tiering.TagStore;
import larder.upstream.ManifestHead;
import larder.upstream.Upstream;

/**
 * What tags mean: fresh for a while, then asked for again, and served stale while upstream fails. A
 * known tag costs upstream a HEAD, since those are not counted as pulls.
 */
public final class Tags {
  private static final long MOST_IN_MEMORY = 100_000;

  private final Cache<Tag, TagRecord> memory =
      Caffeine.newBuilder().maximumSize(MOST_IN_MEMORY).build();
  private final ConcurrentMap<Tag, Check> checks = new ConcurrentHashMap<>();

  /** What the store is yet to be told: a tag's last meaning, or that it has none. */
  private final ConcurrentMap<Tag, Optional<TagRecord>> unwritten = new ConcurrentHashMap<>();

  /** How often a tag has been forgotten: what was read before the last time may be one. */
  private final AtomicLong gone = new AtomicLong();

  private final Set<Tag> writing = ConcurrentHashMap.newKeySet();
  private final TagStore store;
  private final String tier;
  private final Manifests manifests;
  private final Executor asking;
  private final Events events;
  private final InstantSource clock;

  /** What a tag means, and how sure that is. */
  record Meaning(TagRecord record, Origin origin, Optional<Duration> stale) {}

  /** A question to upstream that is under way. */
  private record Check(Instant since, CompletableFuture<TagRecord> answer) {}

  /**
   * @param tier that the store is a part of, for events
   * @param asking where upstream is asked, so that a client with a known tag need not wait for the
   *     answer
   */
  public Tags(
      TagStore store,
      String tier,
      Manifests manifests,
      Executor asking,
      Events events,
      InstantSource clock) {
    this.store = store;
    this.tier = tier;
    this.manifests = manifests;
    this.asking = asking;
    this.events = events;
    this.clock = clock;
  }

  /**
   * @param body whether the manifest itself is wanted next, so that an unknown tag is asked for by
   *     GET
   * @throws SourceException when upstream does not know the tag, or fails and nothing is known of
   *     it
   */
  Meaning resolve(Repository repository, String name, boolean body) throws IOException {
    Upstream upstream = repository.upstream();
    Tag tag = new Tag(upstream.config().name(), repository.name(), name);
    Optional<TagRecord> known = known(tag);
    Instant now = clock.instant();
    if (known.isPresent() && now.isBefore(known.get().freshUntil())) {
      return new Meaning(known.get(), Origin.MEMORY, Optional.empty());
    }
    Check check = check(tag, repository, body);
    Optional<TagRecord> usable =
        known.filter(old -> now.isBefore(old.checked().plus(upstream.config().staleFor())));
    if (usable.isEmpty()) {
      return new Meaning(await(check), Origin.UPSTREAM, Optional.empty());
    }
    try {
      return new Meaning(await(check, upstream), Origin.UPSTREAM, Optional.empty());
    } catch (SourceException.Unknown | SourceException.Denied answer) {
      throw answer;
    } catch (IOException | TimeoutException failure) {
      Duration age = Duration.between(usable.get().checked(), now);
      return new Meaning(usable.get(), Origin.MEMORY, Optional.of(age));
    }
  }

  /** Forgets what is too old to be served even stale. */
  public void sweep(Upstream upstream) {
    Instant before = clock.instant().minus(upstream.config().staleFor());
    try {
      store.sweep(upstream.config().name(), before);
    } catch (IOException e) {
      failed("sweep-tags", upstream.config().name(), e);
    }
  }

  /** The tags of an upstream that are stored. */
  List<Tag> stored(String upstream) throws IOException {
    return store.tags(upstream);
  }

  /** The tags of an upstream that are in memory, on their way to the store or not. */
  List<Tag> remembered(String upstream) {
    return Stream.of(memory.asMap(), unwritten)
        .flatMap(each -> each.keySet().stream())
        .filter(tag -> tag.upstream().equals(upstream))
        .toList();
  }

  /**
   * Has nothing of a tag any more, unless upstream is being asked for it now.
   *
   * @throws IOException when it is still in the store
   */
  void purge(Tag tag) throws IOException {
    Instant now = clock.instant();
    unwritten.put(tag, Optional.empty());
    forgotten(tag);
    write(tag);
    forgotten(tag);
    // Who is writing it now finds out by itself that it is to go.
    if (!unwritten.containsKey(tag) && old(store.find(tag), now)) {
      throw new IOException("the tag " + tag + " could not be removed; the log says why");
    }
  }

  private static boolean old(Optional<TagRecord> found, Instant now) {
    return found.filter(record -> !record.checked().isAfter(now)).isPresent();
  }

  /** What of it is in memory is not to be believed, nor what someone reads right now. */
  private void forgotten(Tag tag) {
    gone.incrementAndGet();
    memory.invalidate(tag);
  }

  /** The manifests that a tag means, by what is in memory and by what is stored. */
  Set<Digest> meanings(Tag tag) {
    return Stream.of(known(tag), store.find(tag))
        .flatMap(Optional::stream)
        .map(TagRecord::digest)
        .collect(Collectors.toSet());
  }

  /** What a tag meant when upstream was last asked; no one is asked now. */
  Optional<TagRecord> known(Tag tag) {
    TagRecord inMemory = memory.getIfPresent(tag);
    if (inMemory != null) {
      return Optional.of(inMemory);
    }
    long before = gone.get();
    Optional<TagRecord> newer = unwritten.get(tag);
    if (newer != null) {
      return newer;
    }
    Optional<TagRecord> stored = store.find(tag);
    stored.ifPresent(record -> memory.asMap().putIfAbsent(tag, record));
    if (stored.isPresent() && gone.get() != before) {
      memory.asMap().remove(tag, stored.get());
    }
    return stored;
  }

  /** Joins the question that is under way for this tag, or asks it. */
  private Check check(Tag tag, Repository repository, boolean body) {
    Check mine = new Check(clock.instant(), new CompletableFuture<>());
    Check running = checks.putIfAbsent(tag, mine);
    if (running != null) {
      return running;
    }
    try {
      asking.execute(() -> run(mine, tag, repository, body));
    } catch (RejectedExecutionException e) {
      checks.remove(tag, mine);
      mine.answer()
          .completeExceptionally(
              new SourceException.Unavailable("larder is stopping and asks no more for " + tag, e));
    }
    return mine;
  }

  private void run(Check mine, Tag tag, Repository repository, boolean body) {
    try {
      TagRecord record = ask(tag, repository, body);
      // Before the answer: whoever has it and asks again is not given it again.
      checks.remove(tag, mine);
      mine.answer().complete(record);
    } catch (IOException | RuntimeException | Error e) {
      // Errors too: clients wait for nothing else.
      checks.remove(tag, mine);
      mine.answer().completeExceptionally(e);
    }
    // After the answer: nobody waits for the disk.
    write(tag);
  }

  private TagRecord ask(Tag tag, Repository repository, boolean body) throws IOException {
    Duration freshFor = repository.upstream().config().freshFor();
    // Someone may have been told since this client looked.
    Optional<TagRecord> known = known(tag);
    if (known.isPresent() && clock.instant().isBefore(known.get().freshUntil())) {
      return known.get();
    }
    try {
      TagRecord record = answer(tag, repository, known, body, freshFor);
      memory.put(tag, record);
      unwritten.put(tag, Optional.of(record));
      return record;
    } catch (SourceException.Unknown | SourceException.Denied refusal) {
      unwritten.put(tag, Optional.empty());
      forgotten(tag);
      throw refusal;
    }
  }

  private TagRecord answer(
      Tag tag, Repository repository, Optional<TagRecord> known, boolean body, Duration freshFor)
      throws IOException {
    if (known.isPresent() || !body) {
      ManifestHead head =
          repository.upstream().manifestHead(repository.name(), tag.name(), MediaTypes.ALL);
      Instant now = clock.instant();
      Optional<TagRecord> same =
          known.filter(old -> head.digest().equals(Optional.of(old.digest())));
      if (same.isPresent()) {
        TagRecord old = same.get();
        return new TagRecord(old.digest(), old.mediaType(), old.size(), now, now.plus(freshFor));
      }
      if (!body
          && head.digest().isPresent()
          && head.mediaType().isPresent()
          && head.size().isPresent()) {
        return new TagRecord(
            head.digest().get(),
            head.mediaType().get(),
            head.size().getAsLong(),
            now,
            now.plus(freshFor));
      }
    }
    ManifestDocument document = manifests.byTag(repository, tag.name());
    Instant now = clock.instant();
    return new TagRecord(
        document.digest(), document.mediaType(), document.body().length, now, now.plus(freshFor));
  }

  /**
   * Has the store follow what is known, one write of a tag at a time. Whoever finds it being
   * written leaves: the writer looks again after it has let go.
   */
  private void write(Tag tag) {
    while (unwritten.containsKey(tag) && writing.add(tag)) {
      try {
        Optional<TagRecord> last = unwritten.get(tag);
        if (last != null) {
          last.ifPresentOrElse(record -> remember(tag, record), () -> forget(tag));
          unwritten.remove(tag, last);
        }
      } finally {
        writing.remove(tag);
      }
    }
  }

  private void remember(Tag tag, TagRecord record) {
    try {
      store.put(tag, record);
    } catch (IOException e) {
      failed("put-tag", tag.toString(), e);
    }
  }

  private void forget(Tag tag) {
    try {
      store.remove(tag);
    } catch (IOException e) {
      failed("remove-tag", tag.toString(), e);
    }
  }

  /** The tag is known in memory, or asked for at upstream. */
  private void failed(String operation, String of, IOException cause) {
    events.on(new Event.TierFailed(clock.instant(), tier, operation, of, cause));
  }

  private TagRecord await(Check check) throws IOException {
    try {
      return check.answer().join();
    } catch (CompletionException e) {
      throw failure(e);
    }
  }

  /** Waits no longer than clients with a known tag shall, counted from when upstream was asked. */
  private TagRecord await(Check check, Upstream upstream) throws IOException, TimeoutException {
    Duration patience = upstream.answering() ? upstream.config().timeouts().stale() : Duration.ZERO;
    Duration left = patience.minus(Duration.between(check.since(), clock.instant()));
    try {
      return check.answer().get(Math.max(0, left.toMillis()), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw failure(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while upstream is asked for a tag");
    }
  }

  private static IOException failure(Exception e) {
    return switch (e.getCause()) {
      case IOException failure -> failure;
      case RuntimeException bug -> throw bug;
      case Error error -> throw error;
      case null, default -> throw new IllegalStateException(e);
    };
  }
}
