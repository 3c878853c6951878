package larder.server;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import larder.config.LarderConfig;
import larder.fs.DataDirectory;
import larder.fs.Disk;
import larder.registry.KnownTags;
import larder.registry.Manifests;
import larder.registry.Purge;
import larder.registry.Purge.Purged;
import larder.registry.PurgeRequest;
import larder.registry.Upstreams;
import larder.tiering.Events;
import larder.tiering.TagStore;
import larder.upstream.Upstream;

/** Purges what a larder keeps that does not run. */
public final class PurgeAtRest {
  /** Connections to the bucket. */
  private static final int FEW = 16;

  private PurgeAtRest() {}

  /**
   * @return what became of it, in one line
   * @throws DataDirectory.InUseException when a larder runs there
   * @throws IOException when some of it could not be removed
   */
  public static String run(LarderConfig config, PurgeRequest request)
      throws IOException, Purge.UnknownNameException {
    InstantSource clock = InstantSource.system();
    long heap = Runtime.getRuntime().maxMemory();
    Upstream.Bounds bounds = Upstream.Bounds.within(heap, 1);
    try (Shutdown shutdown = new Shutdown();
        ExecutorService work = Executors.newVirtualThreadPerTaskExecutor()) {
      Events events = new FailureLog();
      Storage storage = Storage.open(config, Disk.real(), events, clock, shutdown);
      Upstreams upstreams = Larder.upstreams(config, bounds, events, clock, shutdown);
      Manifests manifests =
          new Manifests(0, storage.small(), bounds.manifests(), Optional.empty(), work);
      Optional<SharedBucket> shared =
          SharedBucket.open(config, storage, heap, FEW, events, clock, shutdown);
      TagStore store = shared.map(each -> each.tags(storage.tags())).orElse(storage.tags());
      KnownTags tags = new KnownTags(store, storage.tier().name(), events, clock);
      Purge purge =
          new Purge(
              upstreams,
              storage.tier(),
              _ -> {},
              shared.map(SharedBucket::bucket),
              manifests,
              tags);
      Purged purged = purge.run(request);
      return PurgeHandler.told(purged);
    }
  }
}
