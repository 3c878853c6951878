package larder.registry;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import larder.bucket.Bucket;
import larder.registry.Upstreams.Repository;
import larder.tiering.BlobKey;
import larder.tiering.Digest;
import larder.tiering.Space;
import larder.tiering.Tag;
import larder.tiering.Tier;
import larder.upstream.Upstream;

/**
 * Removes what is kept, wherever it is kept. What is on its way from upstream meanwhile is a new
 * copy and stays; readers of what is removed read on.
 */
public final class Purge {
  private final Upstreams upstreams;
  private final Tier tier;
  private final Waiting waiting;
  private final Optional<Bucket> bucket;
  private final Manifests manifests;
  private final KnownTags tags;

  /**
   * @param waiting of blobs that are not whole yet, or not everywhere
   * @param bucket that other larders use too, where there is one
   */
  public Purge(
      Upstreams upstreams,
      Tier tier,
      Waiting waiting,
      Optional<Bucket> bucket,
      Manifests manifests,
      KnownTags tags) {
    this.upstreams = upstreams;
    this.tier = tier;
    this.waiting = waiting;
    this.bucket = bucket;
    this.manifests = manifests;
    this.tags = tags;
  }

  /** What blobs wait for. */
  public interface Waiting {
    /** Has some of them wait no longer, and neither come nor be put anywhere by that. */
    void forget(Predicate<BlobKey> which) throws IOException;
  }

  /**
   * What was removed.
   *
   * @param blobs manifests among them
   * @param bytes that the blobs had on disk
   */
  public record Purged(int tags, int blobs, long bytes) {}

  /** That what is to be removed is not named so that larder could know it. */
  public static final class UnknownNameException extends Exception {
    private static final long serialVersionUID = 1;

    UnknownNameException(String message) {
      super(message);
    }
  }

  /**
   * Removes all of it that it can.
   *
   * @throws IOException when some of it could not be removed
   */
  public Purged run(PurgeRequest request) throws IOException, UnknownNameException {
    Run run = new Run();
    switch (request) {
      case PurgeRequest.ByDigest(Digest digest) -> {
        run.awaitKept();
        upstreams.all().forEach(each -> run.tagsOf(each, Set.of(digest)));
        run.shared(
            key -> key.digest().equals(digest),
            spaces().map(space -> new BlobKey(space, digest)).toList());
        run.blobs(key -> key.digest().equals(digest));
      }
      case PurgeRequest.OfUpstream(String name) -> {
        Upstream upstream = named(name);
        String own = upstream.config().name();
        run.awaitKept();
        run.tags(upstream, _ -> true);
        run.sharedOf(upstream);
        run.blobs(key -> key.space().equals(new Space.Private(own)));
      }
      case PurgeRequest.Image(String name, Optional<String> tag, Optional<Digest> digest) -> {
        Repository repository = repository(name);
        run.awaitKept();
        if (digest.isPresent()) {
          run.tagsOf(repository.upstream(), Set.of(digest.get()));
          run.manifests(repository.upstream(), Set.of(digest.get()));
        } else {
          run.tags(
              repository.upstream(),
              each ->
                  each.repository().equals(repository.name())
                      && tag.map(each.name()::equals).orElse(true));
        }
      }
    }
    return run.end();
  }

  /** One purge: what fails does not keep it from the rest. */
  private final class Run {
    private final List<IOException> failures = new ArrayList<>();
    private int tagsGone;
    private int blobsGone;
    private long bytesGone;

    /** What is only on its way to the disk would be there afterwards. */
    void awaitKept() {
      attempt(manifests::awaitKept);
    }

    /** One step that may fail. */
    private interface Step {
      void take() throws IOException;
    }

    private void attempt(Step step) {
      try {
        step.take();
      } catch (IOException e) {
        failures.add(e);
      }
    }

    Purged end() throws IOException {
      if (!failures.isEmpty()) {
        IOException first = failures.removeFirst();
        failures.forEach(first::addSuppressed);
        throw first;
      }
      return new Purged(tagsGone, blobsGone, bytesGone);
    }

    /** Tags of an upstream, and what they are made of. */
    void tags(Upstream upstream, Predicate<Tag> which) {
      Set<Tag> found = allTags(upstream);
      found.removeIf(which.negate());
      Set<Digest> meant = new HashSet<>();
      for (Tag tag : found) {
        meant.addAll(tags.meanings(tag));
        purge(tag);
      }
      manifests(upstream, meant);
    }

    /** Tags of an upstream that mean one of these manifests. */
    void tagsOf(Upstream upstream, Set<Digest> manifests) {
      allTags(upstream).stream()
          .filter(tag -> !Collections.disjoint(tags.meanings(tag), manifests))
          .forEach(this::purge);
    }

    private Set<Tag> allTags(Upstream upstream) {
      Set<Tag> found = new HashSet<>();
      attempt(() -> tags.forEach(upstream.config().name(), found::add));
      return found;
    }

    private void purge(Tag tag) {
      attempt(() -> {
        tags.purge(tag);
        tagsGone++;
      });
    }

    /** Manifests, and what they are made of as far as they are kept. */
    void manifests(Upstream upstream, Collection<Digest> roots) {
      Set<BlobKey> found = new HashSet<>();
      Set<BlobKey> read = new HashSet<>();
      Deque<Digest> open = new ArrayDeque<>(roots);
      while (!open.isEmpty()) {
        BlobKey key = upstream.key(open.pop());
        found.add(key);
        if (read.add(key)) {
          attempt(() -> {
            Optional<ManifestDocument> document = manifests.kept(key);
            if (document.isPresent()) {
              ManifestLinks links = ManifestLinks.of(document.get().body());
              open.addAll(links.manifests());
              links.blobs().forEach(blob -> found.add(upstream.key(blob)));
            }
          });
        }
      }
      shared(found::contains, found);
      blobs(found::contains);
    }

    /** Before the tiers of this larder, which would have them from there again. */
    void shared(Predicate<BlobKey> which, Collection<BlobKey> keys) {
      attempt(() -> waiting.forget(which));
      if (bucket.isPresent()) {
        keys.forEach(key -> attempt(() -> bucket.get().remove(key)));
      }
    }

    void sharedOf(Upstream upstream) {
      if (bucket.isPresent() && upstream.space() instanceof Space.Private own) {
        attempt(() -> waiting.forget(key -> key.space().equals(own)));
        attempt(() -> bucket.get().removeAll(own));
      }
    }

    void blobs(Predicate<BlobKey> which) {
      List<BlobKey> keys = new ArrayList<>();
      attempt(() -> keys.addAll(tier.contents().keys(which)));
      for (BlobKey key : keys) {
        attempt(() -> {
          OptionalLong size = tier.contents().remove(key);
          if (size.isPresent()) {
            blobsGone++;
            bytesGone += size.getAsLong();
          }
        });
      }
      attempt(() -> waiting.forget(which));
      // After the tier: from there they would come back.
      manifests.forget(which);
    }
  }

  private Stream<Space> spaces() {
    return Stream.concat(Stream.of(Space.PUBLIC), upstreams.all().stream().map(Upstream::space))
        .distinct();
  }

  private Upstream named(String name) throws UnknownNameException {
    return upstreams.all().stream()
        .filter(each -> each.config().names().contains(name))
        .findFirst()
        .orElseThrow(
            () -> new UnknownNameException("larder has no upstream '" + Printable.of(name) + "'"));
  }

  private Repository repository(String name) throws UnknownNameException {
    try {
      return upstreams.resolve(name, Optional.empty());
    } catch (RegistryException e) {
      throw new UnknownNameException(e.error().message());
    }
  }
}
