package larder.server;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import larder.bucket.BreakerStore;
import larder.bucket.Bucket;
import larder.bucket.Condemned;
import larder.bucket.FleetKey;
import larder.bucket.Layout;
import larder.bucket.SharedTagStore;
import larder.bucket.Uploads;
import larder.config.LarderConfig;
import larder.config.UpstreamConfig;
import larder.config.Visibility;
import larder.tiering.BlobKey;
import larder.tiering.Events;
import larder.tiering.SharedTier;
import larder.tiering.Source;
import larder.tiering.TagStore;

/** The bucket that all clusters share, and what goes into it. */
record SharedBucket(
    BreakerStore store,
    Bucket bucket,
    Condemned condemned,
    Layout layout,
    Uploads uploads,
    Optional<FleetKey> fleetKey)
    implements SharedTier {
  /** A key each: what waits takes a megabyte or two. */
  private static final int MOST_WAITING = 10_000;

  private static final int MOST_RUNNING = 4;

  /**
   * Makes no request, so that larder starts whatever the store does.
   *
   * @param connections to the store at the most
   * @return empty when there is none
   */
  static Optional<SharedBucket> open(
      LarderConfig config,
      Storage storage,
      long heap,
      int connections,
      Events events,
      InstantSource clock,
      Shutdown shutdown)
      throws IOException {
    if (config.bucket().isEmpty()) {
      return Optional.empty();
    }
    Map<String, URI> urls =
        config.upstreams().stream()
            .collect(Collectors.toMap(UpstreamConfig::name, UpstreamConfig::url));
    BreakerStore store =
        new BreakerStore(
            BucketStores.open(
                config.bucket().get(), storage.threads(), heap, connections, events, clock),
            events,
            clock);
    Layout layout = new Layout(urls, config.upstreamNames(Visibility.PRIVATE));
    Condemned condemned = new Condemned(store, new SecureRandom());
    Bucket bucket = shutdown.closes(new Bucket(store, condemned, layout, events, clock));
    Uploads uploads =
        shutdown.closes(new Uploads(storage.tier(), bucket, MOST_WAITING, MOST_RUNNING));
    Optional<FleetKey> fleetKey = config.fleetKey().map(key -> new FleetKey(key.value()));
    return Optional.of(new SharedBucket(store, bucket, condemned, layout, uploads, fleetKey));
  }

  /** Those of this larder, and beneath them those of the fleet where they can be believed. */
  TagStore tags(TagStore own) {
    return fleetKey.<TagStore>map(key -> new SharedTagStore(own, store, layout, key)).orElse(own);
  }

  @Override
  public List<Source> copies(BlobKey key) {
    return bucket.copies(key);
  }

  @Override
  public void fetched(BlobKey key) {
    uploads.offer(key);
  }
}
