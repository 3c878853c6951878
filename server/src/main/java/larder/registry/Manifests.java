package larder.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import larder.bucket.Body;
import larder.bucket.Bucket;
import larder.bucket.StoredObject;
import larder.registry.Upstreams.Repository;
import larder.tiering.BlobKey;
import larder.tiering.Digest;
import larder.tiering.Origin;
import larder.tiering.SmallBlobs;
import larder.tiering.SourceException;
import larder.upstream.BodyMemory;
import larder.upstream.Manifest;
import larder.upstream.Upstream;

/**
 * Manifests by digest: in memory, in the disk tier, in the bucket, at upstream. In the tier they
 * are blobs like any other.
 */
public final class Manifests {
  /** About what an entry takes beside the body, in bytes. */
  private static final int ENTRY = 500;

  /** How many bytes may wait for a disk that is slow; what comes then is kept in memory only. */
  private static final int MOST_WAITING = 16 << 20;

  private static final Duration LONGEST_WRITE = Duration.ofSeconds(30);

  /** Fair, so that whoever waits until all is written is not put off for ever. */
  private final Semaphore waiting = new Semaphore(MOST_WAITING, true);

  /** The same for the bucket. */
  private final Semaphore sharing = new Semaphore(MOST_WAITING, true);

  private final Cache<BlobKey, ManifestDocument> memory;
  private final SingleFlight<Asked, Found> flights = new SingleFlight<>();
  private final SmallBlobs tier;
  private final BodyMemory bodies;
  private final Optional<Bucket> bucket;
  private final Executor keeping;

  /** Repositories are asked apart: what one of them refuses, another may have. */
  private record Asked(BlobKey key, Repository repository) {}

  /** A manifest and what it came from. */
  record Found(ManifestDocument document, Origin origin) {}

  /**
   * @param capacity of the memory in bytes
   * @param bodies holds those that come or are sent
   * @param bucket that other larders use too, where there is one
   * @param keeping where manifests are put into the tier and the bucket, so that no client waits
   *     for these
   */
  public Manifests(
      long capacity,
      SmallBlobs tier,
      BodyMemory bodies,
      Optional<Bucket> bucket,
      Executor keeping) {
    this.memory =
        Caffeine.newBuilder()
            .maximumWeight(capacity)
            .weigher((BlobKey key, ManifestDocument document) -> document.body().length + ENTRY)
            .build();
    this.tier = tier;
    this.bodies = bodies;
    this.bucket = bucket;
    this.keeping = keeping;
  }

  /**
   * The manifest with this digest.
   *
   * @throws SourceException when it is not kept and upstream does not give it
   */
  Found byDigest(BlobKey key, Repository repository) throws IOException {
    Optional<ManifestDocument> known = remembered(key);
    if (known.isPresent()) {
      return new Found(known.get(), Origin.MEMORY);
    }
    return flights.run(
        new Asked(key, repository),
        () -> {
          Optional<ManifestDocument> stored = storedOrPublic(key);
          if (stored.isPresent()) {
            return new Found(stored.get(), Origin.DISK);
          }
          Optional<ManifestDocument> shared = sharedOrPublic(key);
          if (shared.isPresent()) {
            keep(key, shared.get(), false);
            return new Found(shared.get(), Origin.BUCKET);
          }
          return new Found(fetch(key, repository), Origin.UPSTREAM);
        });
  }

  /**
   * Asks upstream for a manifest by its tag and keeps what it gives.
   *
   * @throws SourceException when upstream does not give it
   */
  ManifestDocument byTag(Repository repository, String tag) throws IOException {
    Manifest answer = repository.upstream().manifest(repository.name(), tag, MediaTypes.ALL);
    ManifestDocument document = read(answer, Digest.Algorithm.SHA256, repository, tag);
    keep(repository.key(document.digest()), document, true);
    return document;
  }

  /** Asks upstream on behalf of one client, by its own list of types, and keeps nothing. */
  static ManifestDocument uncached(Repository repository, Target.Reference reference, Accept accept)
      throws IOException {
    Manifest answer =
        repository.upstream().manifest(repository.name(), reference.toString(), accept.lines());
    if (reference instanceof Target.Reference.ByDigest(Digest digest)) {
      return read(answer, digest.algorithm(), repository, reference.toString());
    }
    return read(answer, Digest.Algorithm.SHA256, repository, reference.toString());
  }

  /** The manifest, if it is kept anywhere; no upstream is asked. */
  Optional<ManifestDocument> kept(BlobKey key) throws IOException {
    Optional<ManifestDocument> known = remembered(key);
    if (known.isPresent()) {
      return known;
    }
    Optional<ManifestDocument> stored = storedOrPublic(key);
    return stored.isPresent() ? stored : sharedOrPublic(key);
  }

  /**
   * Waits until what was to be put into the tier and the bucket so far has been.
   *
   * @throws IOException when one of them does not take it in time
   */
  void awaitKept() throws IOException {
    awaitAll(waiting, "the disk");
    awaitAll(sharing, "the bucket");
  }

  private static void awaitAll(Semaphore room, String place) throws IOException {
    try {
      if (!room.tryAcquire(MOST_WAITING, LONGEST_WRITE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException(
            "%s has not taken the last manifests within %d s; try again when it works"
                .formatted(place, LONGEST_WRITE.toSeconds()));
      }
      room.release(MOST_WAITING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while manifests are being kept");
    }
  }

  /** Has none of these in memory any more. */
  void forget(Predicate<BlobKey> which) {
    memory.asMap().keySet().removeIf(which);
  }

  private ManifestDocument fetch(BlobKey key, Repository repository) throws IOException {
    Digest digest = key.digest();
    String reference = digest.toString();
    Manifest answer = repository.upstream().manifest(repository.name(), reference, MediaTypes.ALL);
    ManifestDocument document = read(answer, digest.algorithm(), repository, reference);
    keep(key, document, true);
    return document;
  }

  /** Holds a manifest while it is sent. */
  BodyMemory.Hold hold(ManifestDocument document) throws BodyMemory.ExhaustedException {
    return bodies.hold(document.body());
  }

  /** What is public may be served under a private key too; never the reverse. */
  private Optional<ManifestDocument> remembered(BlobKey key) {
    ManifestDocument known = memory.getIfPresent(key);
    if (known != null) {
      tier.accessed(key);
      return Optional.of(known);
    }
    return key.inPublic().flatMap(this::remembered);
  }

  private Optional<ManifestDocument> storedOrPublic(BlobKey key)
      throws BodyMemory.ExhaustedException {
    Optional<ManifestDocument> own = stored(key);
    Optional<BlobKey> shared = key.inPublic();
    return own.isPresent() || shared.isEmpty() ? own : stored(shared.get());
  }

  private Optional<ManifestDocument> stored(BlobKey key) throws BodyMemory.ExhaustedException {
    long size = tier.sizeOf(key).orElse(0);
    Optional<byte[]> body;
    try (BodyMemory.Hold _ = bodies.hold(Math.min(size, Upstream.LARGEST_MANIFEST))) {
      body = tier.read(key);
    }
    if (body.isEmpty()) {
      return Optional.empty();
    }
    try {
      ManifestDocument document =
          ManifestDocument.of(key.digest().algorithm(), body.get(), Optional.empty());
      memory.put(key, document);
      if (tier.sizeOf(key).isEmpty()) {
        // Removed since it was read, so who removes it may have looked here before.
        memory.invalidate(key);
      }
      return Optional.of(document);
    } catch (IOException e) {
      // A blob of that digest, but it does not tell its type: upstream has to.
      return Optional.empty();
    }
  }

  private Optional<ManifestDocument> sharedOrPublic(BlobKey key)
      throws BodyMemory.ExhaustedException {
    Optional<ManifestDocument> own = shared(key);
    Optional<BlobKey> open = key.inPublic();
    return own.isPresent() || open.isEmpty() ? own : shared(open.get());
  }

  /** Whatever is wrong with the bucket or what it has, upstream has the manifest too. */
  private Optional<ManifestDocument> shared(BlobKey key) throws BodyMemory.ExhaustedException {
    if (bucket.isEmpty()) {
      return Optional.empty();
    }
    try (StoredObject object = bucket.get().manifest(key).orElse(null)) {
      return object == null ? Optional.empty() : read(bucket.get(), key, object);
    } catch (BodyMemory.ExhaustedException e) {
      throw e;
    } catch (IOException e) {
      // The bucket has told of it.
      return Optional.empty();
    }
  }

  private Optional<ManifestDocument> read(Bucket from, BlobKey key, StoredObject object)
      throws IOException {
    int most = (int) Math.min(object.size(), Upstream.LARGEST_MANIFEST);
    byte[] body;
    try (BodyMemory.Hold _ = bodies.hold(most)) {
      body = object.bytes().readNBytes(most);
    }
    if (body.length < most) {
      return Optional.empty();
    }
    if (!Digest.of(key.digest().algorithm(), body).equals(key.digest())) {
      from.manifestWasWrong(key, object.etag(), object.modified());
      return Optional.empty();
    }
    return Optional.of(ManifestDocument.of(key.digest().algorithm(), body, Optional.empty()));
  }

  /**
   * @param share whether the bucket is to have it too
   */
  private void keep(BlobKey key, ManifestDocument document, boolean share) {
    memory.put(key, document);
    int bytes = document.body().length + ENTRY;
    if (document.typed() && mayWait(waiting, bytes)) {
      keeping.execute(() -> {
        try {
          tier.keep(key, document.body());
        } finally {
          waiting.release(bytes);
        }
      });
      if (share && bucket.isPresent() && mayWait(sharing, bytes)) {
        keeping.execute(() -> {
          try {
            share(bucket.get(), key, document);
          } finally {
            sharing.release(bytes);
          }
        });
      }
    }
  }

  private static void share(Bucket bucket, BlobKey key, ManifestDocument document) {
    try {
      bucket.writeManifest(key, Body.of(document.body(), document.mediaType()));
    } catch (IOException e) {
      // The bucket has told of it, and the next who asks upstream puts it there.
    }
  }

  private static boolean mayWait(Semaphore room, int bytes) {
    try {
      return room.tryAcquire(bytes, 0, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static ManifestDocument read(
      Manifest answer, Digest.Algorithm algorithm, Repository repository, String reference)
      throws SourceException {
    try {
      return ManifestDocument.of(algorithm, answer.body(), Optional.of(answer.mediaType()));
    } catch (IOException e) {
      throw new SourceException.Unavailable(
          "what %s sent for %s %s is no manifest: %s"
              .formatted(
                  repository.upstream().config().name(),
                  repository.name(),
                  reference,
                  e.getMessage()),
          e);
    }
  }
}
