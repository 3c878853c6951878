package larder.registry;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import larder.registry.Upstreams.Repository;
import larder.tiering.BlobKey;
import larder.tiering.Digest;
import larder.tiering.Space;
import larder.tiering.Tag;
import larder.tiering.TagRecord;
import larder.tiering.Tier;
import larder.upstream.Upstream;

/**
 * Removes what is kept, wherever it is kept. What is on its way from upstream meanwhile is a new
 * copy and stays; readers of what is removed read on.
 */
public final class Purge {
  private final Upstreams upstreams;
  private final Tier tier;
  private final Manifests manifests;
  private final Tags tags;

  public Purge(Upstreams upstreams, Tier tier, Manifests manifests, Tags tags) {
    this.upstreams = upstreams;
    this.tier = tier;
    this.manifests = manifests;
    this.tags = tags;
  }

  /**
   * What was removed.
   *
   * @param blobs manifests among them
   * @param bytes that the blobs had on disk
   */
  public record Purged(int tags, int blobs, long bytes) {
    private Purged plusTag() {
      return new Purged(tags + 1, blobs, bytes);
    }

    private Purged plusBlob(long size) {
      return new Purged(tags, blobs + 1, bytes + size);
    }
  }

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
    // What is only on its way to the disk would be there afterwards.
    manifests.awaitKept();
    return switch (request) {
      case PurgeRequest.ByDigest(Digest digest) -> digest(digest);
      case PurgeRequest.OfUpstream(String name) -> upstream(named(name));
      case PurgeRequest.Image(String name, Optional<String> tag, Optional<Digest> digest) -> {
        Repository repository = repository(name);
        if (digest.isPresent()) {
          Set<BlobKey> keys = reachable(repository.upstream(), List.of(digest.get()));
          yield blobs(keys::contains, nothing());
        }
        String upstream = repository.upstream().config().name();
        Set<Tag> meant = tags.of(upstream);
        meant.removeIf(each -> !each.repository().equals(repository.name()));
        tag.ifPresent(only -> meant.removeIf(each -> !each.name().equals(only)));
        yield tags(repository.upstream(), meant);
      }
    };
  }

  private static Purged nothing() {
    return new Purged(0, 0, 0);
  }

  private Purged digest(Digest digest) throws IOException {
    return blobs(key -> key.digest().equals(digest), nothing());
  }

  private Purged upstream(Upstream upstream) throws IOException {
    String name = upstream.config().name();
    Purged purged = tags(upstream, tags.of(name));
    Space own = new Space.Private(name);
    return blobs(key -> key.space().equals(own), purged);
  }

  private Purged tags(Upstream upstream, Collection<Tag> which) throws IOException {
    Set<Digest> meant = new HashSet<>();
    for (Tag tag : which) {
      tags.known(tag).map(TagRecord::digest).ifPresent(meant::add);
    }
    Set<BlobKey> keys = reachable(upstream, meant);
    Purged purged = nothing();
    for (Tag tag : which) {
      tags.purge(tag);
      purged = purged.plusTag();
    }
    return blobs(keys::contains, purged);
  }

  /** These manifests and what they consist of, as far as their manifests are kept. */
  private Set<BlobKey> reachable(Upstream upstream, Collection<Digest> roots) throws IOException {
    Set<BlobKey> found = new HashSet<>();
    Deque<Digest> open = new ArrayDeque<>(roots);
    while (!open.isEmpty()) {
      BlobKey key = upstream.key(open.pop());
      if (found.add(key)) {
        Optional<ManifestDocument> document = manifests.kept(key);
        if (document.isPresent()) {
          ManifestLinks links = ManifestLinks.of(document.get().body());
          open.addAll(links.manifests());
          links.blobs().forEach(blob -> found.add(upstream.key(blob)));
        }
      }
    }
    return found;
  }

  private Purged blobs(Predicate<BlobKey> which, Purged before) throws IOException {
    Purged purged = before;
    Optional<IOException> failure = Optional.empty();
    for (BlobKey key : tier.keys(which)) {
      try {
        OptionalLong size = tier.remove(key);
        if (size.isPresent()) {
          purged = purged.plusBlob(size.getAsLong());
        }
      } catch (IOException e) {
        failure = Optional.of(e);
      }
    }
    // After the tier: from there they would come back.
    manifests.forget(which);
    if (failure.isPresent()) {
      throw failure.get();
    }
    return purged;
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
