package larder.server;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import larder.bucket.BreakerStore;
import larder.bucket.BucketCheck;
import larder.bucket.FleetKey;
import larder.bucket.Layout;
import larder.bucket.ObjectStore;
import larder.bucket.SharedTagStore;
import larder.config.LarderConfig;
import larder.config.UpstreamConfig;
import larder.config.Visibility;
import larder.fs.DataDirectory;
import larder.fs.DirectoryCheck;
import larder.fs.FileBlobStore;
import larder.fs.FileSpool;
import larder.fs.FileTagStore;
import larder.fsck.Report;
import larder.fsck.Sample;
import larder.fsck.Throttle;
import larder.fsck.Wrong;
import larder.fsck.Wrong.Fate;
import larder.fsck.Wrong.Kept;
import larder.registry.Homes;
import larder.tiering.BlobKey;
import larder.tiering.DiskThreads;
import larder.tiering.Events;
import larder.tiering.FileTransfer;
import larder.tiering.Pause;
import larder.tiering.Spool;
import larder.tiering.TagStore;
import larder.upstream.Upstream;

/** Checks what a larder that does not run keeps on its disk, and what is in the bucket. */
public final class Fsck {
  /** Connections to the bucket, and how many objects are read from it at once, each by several. */
  private static final int CONNECTIONS = 32;

  private static final int READERS = 8;

  /** What is wrong is held in memory until it is repaired; the rest are misses. */
  private static final int MOST_REPAIRED = 10_000;

  private final LarderConfig config;
  private final Wanted wanted;
  private final Watcher watcher;
  private final InstantSource clock = InstantSource.system();
  private final DiskThreads threads = new DiskThreads();
  private final Throttle throttle;
  private final Counts counts = new Counts();

  /**
   * What is to be done.
   *
   * @param rate bytes that are read in a second
   * @param repair whether right bytes are looked for in place of wrong ones
   */
  public record Wanted(
      boolean disk, boolean bucket, Sample sample, OptionalLong rate, boolean repair) {}

  /** Who looks on; by several threads at once. */
  public interface Watcher {
    /** Something that is to stay to be read. */
    void line(String text);

    /** How far it has come. */
    void reached(String where, double part, long objects, long bytes);
  }

  /**
   * What came out.
   *
   * @param objects looked at
   * @param bytes read of those that are right
   * @param wrong how many were not right, or could not be looked at
   * @param unrepaired how many of those that were to be repaired could not be
   */
  public record Outcome(long objects, long bytes, long wrong, int unrepaired) {}

  private Fsck(LarderConfig config, Wanted wanted, Watcher watcher) {
    this.config = config;
    this.wanted = wanted;
    this.watcher = watcher;
    this.throttle =
        wanted.rate().isPresent()
            ? new Throttle(wanted.rate().getAsLong(), Pause.SLEEP, System::nanoTime)
            : Throttle.none();
  }

  /**
   * Checks what is wanted.
   *
   * @throws DataDirectory.InUseException when a larder runs on the disk that alone is wanted
   * @throws IOException when a place cannot be checked
   */
  public static Outcome run(LarderConfig config, Wanted wanted, Watcher watcher)
      throws IOException {
    return new Fsck(config, wanted, watcher).run();
  }

  private Outcome run() throws IOException {
    try (Shutdown shutdown = new Shutdown()) {
      Optional<OpenDisk> disk = wanted.disk() ? openDisk(shutdown) : Optional.empty();
      Optional<Repair.Shared> bucket = wanted.bucket() ? openBucket(shutdown) : Optional.empty();
      if (disk.isPresent()) {
        check(disk.get());
      }
      if (bucket.isPresent()) {
        check(bucket.get());
      }
      int unrepaired = wanted.repair() ? repair(disk, bucket, shutdown) : 0;
      return new Outcome(counts.objects.get(), counts.bytes.get(), counts.wrong.get(), unrepaired);
    }
  }

  private record OpenDisk(
      DataDirectory directory, FileBlobStore store, FileTagStore tags, Spool spool) {}

  private Map<String, URI> urls() {
    return config.upstreams().stream()
        .collect(Collectors.toMap(UpstreamConfig::name, UpstreamConfig::url));
  }

  private Optional<OpenDisk> openDisk(Shutdown shutdown) throws IOException {
    Path path = config.disk().path();
    if (!Files.isDirectory(path)) {
      watcher.line("%s is not there, so there is nothing on the disk".formatted(path));
      return Optional.empty();
    }
    DataDirectory directory;
    try {
      directory = shutdown.closes(DataDirectory.open(path, clock));
    } catch (DataDirectory.InUseException e) {
      if (!wanted.bucket() || config.bucket().isEmpty()) {
        throw new IOException(
            "a larder runs on %s, which only one process can use: stop it to check its disk"
                .formatted(path),
            e);
      }
      watcher.line(
          "the disk is left out, since a larder runs on %s: stop it to check that too"
              .formatted(path));
      return Optional.empty();
    }
    FileBlobStore store =
        shutdown.closes(FileBlobStore.open(directory, threads, new FileTransfer(threads), clock));
    return Optional.of(
        new OpenDisk(
            directory,
            store,
            new FileTagStore(directory, urls(), threads),
            new FileSpool(directory, threads)));
  }

  private Optional<Repair.Shared> openBucket(Shutdown shutdown) throws IOException {
    if (config.bucket().isEmpty()) {
      return Optional.empty();
    }
    ObjectStore store =
        shutdown.closes(
            BucketStores.open(
                config.bucket().get(),
                threads,
                Runtime.getRuntime().maxMemory(),
                CONNECTIONS,
                Events.NONE,
                clock));
    Layout layout = new Layout(urls(), config.upstreamNames(Visibility.PRIVATE));
    return Optional.of(new Repair.Shared(store, layout));
  }

  private void check(OpenDisk disk) throws IOException {
    DirectoryCheck check =
        new DirectoryCheck(disk.directory(), disk.store(), wanted.sample(), throttle, counts);
    check.run();
    for (UpstreamConfig upstream : config.upstreams()) {
      check.run(disk.tags(), upstream.name());
    }
  }

  private Optional<FleetKey> fleetKey() {
    return config.fleetKey().map(secret -> new FleetKey(secret.value()));
  }

  private void check(Repair.Shared bucket) throws IOException {
    new BucketCheck(
            bucket.store(), bucket.layout(), fleetKey(), wanted.sample(), throttle, READERS, counts)
        .run();
  }

  private int repair(Optional<OpenDisk> disk, Optional<Repair.Shared> bucket, Shutdown shutdown)
      throws IOException {
    Map<BlobKey, Set<Repair.Gap>> lost = counts.lost();
    if (lost.isEmpty()) {
      return 0;
    }
    Upstream.Bounds bounds = Upstream.Bounds.within(Runtime.getRuntime().maxMemory(), CONNECTIONS);
    Events events = new FailureLog();
    Homes homes =
        new Homes(
            Larder.upstreams(config, bounds, events, clock, shutdown),
            tags(disk, bucket, events),
            new ManifestsAtRest(disk.map(OpenDisk::store), bucket));
    Consumer<String> to = watcher::line;
    return new Repair(
            disk.map(OpenDisk::store),
            bucket,
            homes,
            disk.isPresent() ? disk.get().spool() : shutdown.closes(TemporarySpool.make()),
            throttle,
            to)
        .run(lost);
  }

  private TagStore tags(Optional<OpenDisk> disk, Optional<Repair.Shared> bucket, Events events) {
    TagStore own = disk.<TagStore>map(OpenDisk::tags).orElse(new NoTags());
    return bucket.isPresent() && fleetKey().isPresent()
        ? new SharedTagStore(
            own,
            new BreakerStore(bucket.get().store(), events, clock),
            bucket.get().layout(),
            fleetKey().get())
        : own;
  }

  /** Counts what it hears, tells it on, and remembers what is to be repaired. */
  private final class Counts implements Report {
    private final AtomicLong objects = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private final Map<BlobKey, Set<Repair.Gap>> lost = new LinkedHashMap<>(); // guarded by this

    @Override
    public void right(long read) {
      objects.incrementAndGet();
      bytes.addAndGet(read);
    }

    @Override
    public void wrong(Wrong each) {
      objects.incrementAndGet();
      wrong.incrementAndGet();
      watcher.line(text(each));
      if (wanted.repair() && each.fate() == Fate.REMOVED && each.blob().isPresent()) {
        remember(each.place(), each.blob().get());
      }
    }

    private synchronized void remember(Wrong.Place place, Kept kept) {
      if (lost.size() < MOST_REPAIRED || lost.containsKey(kept.key())) {
        Repair.Gap gap =
            switch (place) {
              case DISK -> Repair.Gap.DISK;
              case BUCKET -> kept.manifest() ? Repair.Gap.BUCKET_MANIFEST : Repair.Gap.BUCKET_BLOB;
            };
        lost.computeIfAbsent(kept.key(), _ -> EnumSet.noneOf(Repair.Gap.class)).add(gap);
      }
    }

    synchronized Map<BlobKey, Set<Repair.Gap>> lost() {
      return new LinkedHashMap<>(lost);
    }

    @Override
    public void reached(Wrong.Place place, String folder, double part) {
      watcher.reached(place(place) + " " + folder, part, objects.get(), bytes.get());
    }

    private static String place(Wrong.Place place) {
      return place.name().toLowerCase(Locale.ROOT);
    }

    private static String text(Wrong wrong) {
      return "%s  %s %s: %s"
          .formatted(
              switch (wrong.fate()) {
                case REMOVED -> "removed";
                case REPLACED -> "replaced meanwhile";
                case LEFT -> "left";
                case STAYS -> "wrong";
              },
              wrong.name(),
              switch (wrong.place()) {
                case DISK -> "on the disk";
                case BUCKET -> "in the bucket";
              },
              wrong.how());
    }
  }
}
