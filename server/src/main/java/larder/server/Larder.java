package larder.server;

import io.helidon.webserver.WebServer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import larder.config.LarderConfig;
import larder.fs.Disk;
import larder.fsck.Scrub;
import larder.guarded.Guard;
import larder.http.Descriptors;
import larder.http.Drain;
import larder.http.Listeners;
import larder.http.Readers;
import larder.metrics.AccessLog;
import larder.metrics.Meters;
import larder.registry.KnownTags;
import larder.registry.Manifests;
import larder.registry.Purge;
import larder.registry.Registry;
import larder.registry.Tags;
import larder.registry.Upstreams;
import larder.tiering.Admission;
import larder.tiering.Events;
import larder.tiering.Pause;
import larder.tiering.SharedTier;
import larder.tiering.TagStore;
import larder.tiering.Tier;
import larder.tiering.TieredBlobs;
import larder.upstream.Upstream;

/** A running larder: the one place where its parts are chosen and put together. */
public final class Larder implements AutoCloseable {
  /**
   * How long clients are still taken after readiness has gone down, so that whoever sends them can
   * see it.
   */
  private static final Duration NOTICE = Duration.ofSeconds(2);

  private static final Duration TIDY_EVERY = Duration.ofSeconds(10);
  private static final Duration TRY_EVERY = Duration.ofSeconds(1);

  /** How often it is looked whether the bucket is to be swept. */
  private static final Duration LOOK_EVERY = Duration.ofMinutes(10);

  /** Of how many blobs that are not on the disk it is known when they were asked for. */
  private static final int MOST_ABSENT = 50_000;

  private static final Duration SWEEP_EVERY = Duration.ofHours(6);

  private final Shutdown shutdown;
  private final WebServer clients;
  private final WebServer admin;

  private Larder(Shutdown shutdown, WebServer clients, WebServer admin) {
    this.shutdown = shutdown;
    this.clients = clients;
    this.admin = admin;
  }

  /** What surrounds a larder; tests have their own. */
  record Outside(
      InstantSource clock, Disk disk, long heap, Pause pause, Duration notice, Events events) {
    static Outside real() {
      long heap = Runtime.getRuntime().maxMemory();
      return new Outside(
          InstantSource.system(), Disk.real(), heap, Pause.SLEEP, NOTICE, Events.NONE);
    }
  }

  /**
   * Starts serving.
   *
   * @throws IOException when the data directory cannot be used or a port cannot be listened on
   */
  public static Larder start(LarderConfig config) throws IOException {
    return start(config, Outside.real());
  }

  static Larder start(LarderConfig config, Outside outside) throws IOException {
    Shutdown shutdown = new Shutdown();
    try {
      return assemble(config, outside, shutdown);
    } catch (IOException | RuntimeException e) {
      shutdown.close();
      throw e;
    }
  }

  private static Larder assemble(LarderConfig config, Outside outside, Shutdown shutdown)
      throws IOException {
    InstantSource clock = outside.clock();
    Descriptors descriptors =
        Descriptors.ofProcess().within(outside.heap(), ClientListeners.encrypted(config));
    Listeners listeners =
        shutdown.closes(new Listeners(descriptors.connections() / ClientListeners.count(config)));
    Health health = new Health();
    Meters meters = shutdown.closes(new Meters(config.cluster(), config.upstreamNames()));
    AdminToken token =
        AdminToken.make(config.disk().path(), config.admin().tokenFile(), new SecureRandom());
    PurgeHandler purge = new PurgeHandler(token);
    WebServer admin =
        shutdown
            .closes(
                new Stopping(
                    AdminListener.start(config, listeners, health, meters, purge), WebServer::stop))
            .server();
    List<Events> receivers =
        new CopyOnWriteArrayList<>(receivers(config, outside, meters, shutdown));
    Events events = all(receivers);

    // The bucket is asked as much as two upstreams.
    int places = config.upstreams().size() + (config.bucket().isPresent() ? 2 : 0);
    Upstream.Bounds bounds = Upstream.Bounds.within(outside.heap(), descriptors.toOneOf(places));
    Storage storage = Storage.open(config, outside.disk(), events, clock, shutdown);
    Tier tier = storage.tier();
    Upstreams upstreams = upstreams(config, bounds, events, clock, shutdown);
    Optional<SharedBucket> shared =
        SharedBucket.open(
            config,
            storage,
            outside.heap(),
            2 * descriptors.toOneOf(places),
            events,
            clock,
            shutdown);
    Admission admission = new Admission(tier, MOST_ABSENT, clock);
    receivers.add(admission);
    TieredBlobs blobs =
        shutdown.closes(
            new TieredBlobs(
                tier,
                storage.spool(),
                storage.transfer(),
                storage.threads(),
                outside.pause(),
                descriptors.spools(),
                admission,
                shared.<SharedTier>map(each -> each).orElse(SharedTier.NONE),
                events,
                clock));
    ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
    shutdown.closes(() -> Shutdown.end(background));
    Manifests manifests =
        new Manifests(
            config.memoryCapacity(),
            storage.small(),
            bounds.manifests(),
            shared.map(SharedBucket::bucket),
            background);
    TagStore store = shared.map(each -> each.tags(storage.tags())).orElse(storage.tags());
    KnownTags known = new KnownTags(store, tier.name(), events, clock);
    Tags tags = new Tags(known, manifests, background, clock);
    Chores chores = shutdown.closes(new Chores());
    chores.every(TIDY_EVERY, blobs::tidy);
    chores.every(SWEEP_EVERY, () -> upstreams.all().forEach(tags::sweep));
    shared.ifPresent(each -> care(each, config, meters, chores, background, events, clock));

    Readers readers = new Readers(descriptors.readers());
    meters.tier(tier.name(), tier::used, tier::capacity, tier::blobs);
    meters.fillsInFlight(blobs::fills);
    meters.readers(readers::present);
    Registry registry =
        new Registry(
            upstreams,
            blobs,
            manifests,
            tags,
            readers,
            bounds.lists(),
            config.cluster(),
            events,
            clock);
    Optional<Guard> guard = guard(config, meters, clock, shutdown);
    Drain drain = new Drain(health::close, outside.notice());
    WebServer clients =
        shutdown
            .closes(
                new Stopping(
                    new ClientListeners(config, listeners, registry, clock).start(guard),
                    drain::stop))
            .server();
    health.watch(config.host(), clients.port());
    if (config.guarded().isPresent()) {
      health.watch(config.guarded().get().host(), clients.port(ClientListeners.GUARDED));
    }
    purge.open(
        new Purge(
            upstreams,
            tier,
            which -> {
              blobs.forget(which);
              if (shared.isPresent()) {
                shared.get().uploads().forget(which);
              }
            },
            shared.map(SharedBucket::bucket),
            manifests,
            known),
        registry::forgetLists);
    if (config.disk().scrub() > 0) {
      shutdown.closes(
          Endless.start(
              new Scrub(
                  tier,
                  config.disk().scrub(),
                  new SecureRandom(),
                  Pause.SLEEP,
                  System::nanoTime,
                  events,
                  clock)));
    }
    shutdown.closes(token).publish(AdminListener.url(config.admin().host(), admin.port()));
    health.open();
    return new Larder(shutdown, clients, admin);
  }

  /** The port that clients are listened to on. */
  public int port() {
    return clients.port();
  }

  /** What listens to clients, so that a test can end it. */
  WebServer clients() {
    return clients;
  }

  /** The port where clients make themselves known, where there is one. */
  public OptionalInt guardedPort() {
    int port = clients.port(ClientListeners.GUARDED);
    return port < 0 ? OptionalInt.empty() : OptionalInt.of(port);
  }

  /** The port of metrics and health. */
  public int adminPort() {
    return admin.port();
  }

  /**
   * Stops taking clients, lets requests in flight end for as long as configured, and closes all.
   */
  @Override
  public void close() {
    shutdown.close();
  }

  private record Stopping(WebServer server, Consumer<WebServer> stop) implements AutoCloseable {
    @Override
    public void close() {
      stop.accept(server);
    }
  }

  private static Optional<Guard> guard(
      LarderConfig config, Meters meters, InstantSource clock, Shutdown shutdown)
      throws IOException {
    if (config.guarded().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        shutdown.closes(
            Guard.open(
                config.guarded().get(),
                clock,
                new SecureRandom(),
                reason -> meters.refused(reason.label()))));
  }

  private static List<Events> receivers(
      LarderConfig config, Outside outside, Meters meters, Shutdown shutdown) {
    List<Events> receivers = new ArrayList<>(List.of(meters, new FailureLog()));
    if (config.accessLog() == larder.config.AccessLog.STDERR) {
      AccessLog log = shutdown.closes(AccessLog.open(new FileOutputStream(FileDescriptor.err)));
      meters.accessLog(log);
      receivers.add(log);
    }
    // Last: who hears of an event finds it in the meters.
    receivers.add(outside.events());
    return List.copyOf(receivers);
  }

  static Upstreams upstreams(
      LarderConfig config,
      Upstream.Bounds bounds,
      Events events,
      InstantSource clock,
      Shutdown shutdown) {
    String agent = "larder/" + Version.CURRENT;
    List<Upstream> opened =
        config.upstreams().stream()
            .map(each -> shutdown.closes(Upstream.open(each, bounds, events, clock, agent)))
            .toList();
    return new Upstreams(opened);
  }

  private static void care(
      SharedBucket shared,
      LarderConfig config,
      Meters meters,
      Chores chores,
      Executor background,
      Events events,
      InstantSource clock) {
    BucketCare care =
        new BucketCare(
            shared.store(), shared.condemned(), shared.fleetKey(), config.cluster(), events, clock);
    background.execute(care::begin);
    chores.every(TRY_EVERY, () -> background.execute(shared.store()::tidy));
    chores.every(TIDY_EVERY, () -> background.execute(shared.bucket()::tidy));
    chores.every(LOOK_EVERY, () -> background.execute(care::sweep));
    meters.uploads(shared.uploads()::waiting, shared.uploads()::shed);
  }

  private static Events all(List<Events> receivers) {
    return event -> receivers.forEach(each -> each.on(event));
  }
}
