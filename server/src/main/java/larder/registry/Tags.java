package larder.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import larder.registry.Upstreams.Repository;
import larder.tiering.Origin;
import larder.tiering.SourceException;
import larder.tiering.Tag;
import larder.tiering.TagRecord;
import larder.upstream.ManifestHead;
import larder.upstream.Upstream;

/**
 * What tags mean: fresh for a while, then asked for again, and served stale while upstream fails. A
 * known tag costs upstream a HEAD, since those are not counted as pulls.
 */
public final class Tags {
  private final ConcurrentMap<Tag, Check> checks = new ConcurrentHashMap<>();
  private final KnownTags known;
  private final Manifests manifests;
  private final Executor asking;
  private final InstantSource clock;

  /** What a tag means, and how sure that is. */
  record Meaning(TagRecord record, Origin origin, Optional<Duration> stale) {}

  /** A question to upstream that is under way. */
  private record Check(Instant since, CompletableFuture<TagRecord> answer) {}

  /**
   * @param asking where upstream is asked, so that a client with a known tag need not wait for the
   *     answer
   */
  public Tags(KnownTags known, Manifests manifests, Executor asking, InstantSource clock) {
    this.known = known;
    this.manifests = manifests;
    this.asking = asking;
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
    Optional<TagRecord> known = this.known.find(tag);
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
    known.sweep(upstream.config().name(), before);
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
    known.write(tag);
  }

  private TagRecord ask(Tag tag, Repository repository, boolean body) throws IOException {
    Duration freshFor = repository.upstream().config().freshFor();
    // Someone may have been told since this client looked.
    Optional<TagRecord> known = this.known.find(tag);
    if (known.isPresent() && clock.instant().isBefore(known.get().freshUntil())) {
      return known.get();
    }
    try {
      TagRecord record = answer(tag, repository, known, body, freshFor);
      this.known.learned(tag, record);
      return record;
    } catch (SourceException.Unknown | SourceException.Denied refusal) {
      this.known.forget(tag);
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
