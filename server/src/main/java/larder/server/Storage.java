package larder.server;

import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import larder.config.DiskCapacity;
import larder.config.DiskPolicy;
import larder.config.LarderConfig;
import larder.config.UpstreamConfig;
import larder.config.Visibility;
import larder.fs.DataDirectory;
import larder.fs.Disk;
import larder.fs.FileBlobStore;
import larder.fs.FileSpool;
import larder.fs.FileTagStore;
import larder.fs.PublicOrigins;
import larder.policy.LeastRecentlyUsed;
import larder.policy.S3Fifo;
import larder.tiering.BlobKey;
import larder.tiering.Bound;
import larder.tiering.DiskThreads;
import larder.tiering.Events;
import larder.tiering.EvictionOrder;
import larder.tiering.FileTransfer;
import larder.tiering.SmallBlobs;
import larder.tiering.Tier;
import larder.upstream.Upstream;

/** What is kept in the data directory, opened for this process alone. */
record Storage(
    DataDirectory directory,
    Tier tier,
    FileSpool spool,
    FileTransfer transfer,
    DiskThreads threads,
    SmallBlobs small,
    FileTagStore tags) {

  /**
   * @throws IOException when the directory cannot be used, or another larder uses it
   */
  static Storage open(
      LarderConfig config, Disk disk, Events events, InstantSource clock, Shutdown shutdown)
      throws IOException {
    DiskThreads threads = new DiskThreads();
    FileTransfer transfer = new FileTransfer(threads);
    DataDirectory directory = shutdown.closes(DataDirectory.open(config.disk().path(), clock));
    PublicOrigins.settle(
        directory,
        origins(config, each -> each.visibility() == Visibility.PUBLIC),
        origins(config, each -> each.visibility() == Visibility.PRIVATE));
    FileBlobStore store = FileBlobStore.open(directory, threads, transfer, clock, disk);
    Tier tier =
        shutdown.closes(
            Tier.open(
                "disk",
                store,
                new Bound(capacity(config, store), config.disk().minFree()),
                order(config.disk().policy()),
                events,
                clock));
    FileSpool spool = new FileSpool(directory, threads);
    Map<String, URI> urls =
        config.upstreams().stream()
            .collect(Collectors.toMap(UpstreamConfig::name, UpstreamConfig::url));
    return new Storage(
        directory,
        tier,
        spool,
        transfer,
        threads,
        new SmallBlobs(tier, spool, threads, Upstream.LARGEST_MANIFEST),
        new FileTagStore(directory, urls, threads));
  }

  private static EvictionOrder<BlobKey> order(DiskPolicy policy) {
    return switch (policy) {
      case LRU -> new LeastRecentlyUsed<>();
      case S3_FIFO -> new S3Fifo<>();
    };
  }

  private static List<PublicOrigins.Origin> origins(
      LarderConfig config, Predicate<UpstreamConfig> which) {
    return config.upstreams().stream().filter(which).map(Storage::origin).toList();
  }

  private static PublicOrigins.Origin origin(UpstreamConfig upstream) {
    Set<String> hosts =
        Stream.concat(Stream.of(upstream.url()), upstream.mirrors().stream())
            .map(URI::getHost)
            .map(host -> host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", ""))
            .collect(Collectors.toSet());
    String certificate =
        upstream.tls().own().map(own -> "certificate " + own.certificate()).orElse("");
    String login = upstream.credentials().identity() + certificate;
    return new PublicOrigins.Origin(upstream.name(), login, hosts);
  }

  /**
   * What the store holds is walked through only where that matters: on a small disk without a
   * configured capacity.
   */
  private static long capacity(LarderConfig config, FileBlobStore store) throws IOException {
    DiskCapacity capacity = config.disk().capacity();
    long free = store.usableSpace();
    long least = capacity.bytes(free, 0);
    if (least == capacity.bytes(Long.MAX_VALUE / 2, 0)) {
      return least;
    }
    AtomicLong held = new AtomicLong();
    store.forEach((key, size, lastAccess) -> held.addAndGet(size));
    return capacity.bytes(free, held.get());
  }
}
