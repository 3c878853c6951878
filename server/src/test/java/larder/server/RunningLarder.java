package larder.server;

import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import larder.config.AccessLog;
import larder.config.AdminConfig;
import larder.config.BucketConfig;
import larder.config.Credentials;
import larder.config.DiskCapacity;
import larder.config.DiskConfig;
import larder.config.DiskPolicy;
import larder.config.GuardedConfig;
import larder.config.LarderConfig;
import larder.config.Proxies;
import larder.config.Secret;
import larder.config.TlsFiles;
import larder.config.UpstreamConfig;
import larder.config.Visibility;
import larder.fs.Disk;
import larder.tiering.Event;
import larder.upstream.TestRegistry;
import org.jspecify.annotations.Nullable;

/** A larder on loopback, whose events are kept and whose time a test can move on. */
final class RunningLarder implements AutoCloseable {
  final List<Event> events = new CopyOnWriteArrayList<>();
  final List<UpstreamConfig> upstreams = new ArrayList<>();
  final Path data;
  Optional<GuardedConfig> guarded = Optional.empty();
  Optional<BucketConfig> bucket = Optional.empty();
  Optional<Secret> fleetKey = Optional.empty();
  Optional<Path> adminToken = Optional.empty();
  long capacity = 1L << 30;
  long scrub;
  DiskPolicy policy = DiskPolicy.LRU;
  int port;
  Disk disk = Disk.real();
  long heap = 1L << 30;

  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private @Nullable Larder larder;

  RunningLarder(Path data) {
    this.data = data;
  }

  /** Before one registry, which is the default upstream under the name of Docker Hub. */
  static RunningLarder over(Path data, TestRegistry registry) throws IOException {
    RunningLarder running = new RunningLarder(data);
    running.upstreams.add(upstream("docker.io", true, registry.url(), List.of()));
    running.start();
    return running;
  }

  static UpstreamConfig upstream(String name, boolean byDefault, URI url, List<URI> mirrors) {
    return upstream(
        name,
        byDefault,
        url,
        mirrors,
        new UpstreamConfig.Timeouts(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            Duration.ofSeconds(1)));
  }

  static UpstreamConfig upstream(
      String name,
      boolean byDefault,
      URI url,
      List<URI> mirrors,
      UpstreamConfig.Timeouts timeouts) {
    return new UpstreamConfig(
        name,
        url,
        byDefault,
        List.of("alias-of-" + name),
        new Credentials.Anonymous(),
        Visibility.PUBLIC,
        true,
        mirrors,
        Duration.ofMinutes(1),
        Duration.ofDays(7),
        true,
        true,
        TlsFiles.NONE,
        Proxies.NONE,
        timeouts);
  }

  /** The same, kept apart. */
  static UpstreamConfig privately(UpstreamConfig upstream, boolean open) {
    return new UpstreamConfig(
        upstream.name(),
        upstream.url(),
        upstream.isDefault(),
        upstream.aliases(),
        upstream.credentials(),
        Visibility.PRIVATE,
        open,
        upstream.mirrors(),
        upstream.freshFor(),
        upstream.staleFor(),
        upstream.ranges(),
        upstream.allowPrivateAddresses(),
        upstream.tls(),
        upstream.proxies(),
        upstream.timeouts());
  }

  LarderConfig config() {
    Config listener =
        Config.builder()
            .disableEnvironmentVariablesSource()
            .disableSystemPropertiesSource()
            .sources(
                ConfigSources.create(Map.of("host", "127.0.0.1", "port", Integer.toString(port))))
            .build();
    return new LarderConfig(
        "test",
        new AdminConfig("127.0.0.1", 0, adminToken),
        new DiskConfig(data, new DiskCapacity.Fixed(capacity), 0, policy, scrub),
        16 << 20,
        upstreams,
        AccessLog.OFF,
        Duration.ofSeconds(2),
        bucket,
        fleetKey,
        guarded,
        listener);
  }

  void start() throws IOException {
    InstantSource clock = () -> Instant.now().plus(ahead.get());
    larder =
        Larder.start(
            config(),
            new Larder.Outside(clock, disk, heap, time -> {}, Duration.ZERO, events::add));
  }

  /** As an orderly stop and a new start. */
  void restart() throws IOException {
    close();
    start();
  }

  /** Moves larder's time on. */
  void later(Duration by) {
    ahead.updateAndGet(by::plus);
  }

  int guardedPort() {
    return running().guardedPort().orElseThrow();
  }

  /** From the guarded listener, without TLS. */
  HttpResponse<byte[]> guarded(String method, String path, String... headers) throws IOException {
    sent.incrementAndGet();
    return send(guardedPort(), method, path, headers);
  }

  int port() {
    return running().port();
  }

  HttpResponse<byte[]> get(String path, String... headers) throws IOException {
    return send("GET", path, headers);
  }

  HttpResponse<byte[]> head(String path, String... headers) throws IOException {
    return send("HEAD", path, headers);
  }

  HttpResponse<byte[]> send(String method, String path, String... headers) throws IOException {
    sent.incrementAndGet();
    return send(port(), method, path, headers);
  }

  /** From the port of metrics and health. */
  String admin(String path) throws IOException {
    return new String(adminAnswer(path).body(), java.nio.charset.StandardCharsets.UTF_8);
  }

  HttpResponse<byte[]> adminAnswer(String path) throws IOException {
    return send(running().adminPort(), "GET", path);
  }

  HttpResponse<byte[]> adminPost(String path, String... headers) throws IOException {
    return send(running().adminPort(), "POST", path, headers);
  }

  /** As when the framework's listener dies, while all else goes on. */
  void endListener() {
    running().clients().stop();
  }

  private HttpResponse<byte[]> send(int port, String method, String path, String... headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(30))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** What was told of the last request: the answer may be here before that. */
  Event.Served lastServed() throws InterruptedException {
    until("all requests are told", _ -> events(Event.Served.class).size() >= sent.get());
    return events(Event.Served.class).getLast();
  }

  /** The events of a kind so far. */
  <E extends Event> List<E> events(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Waits until a larder that works has brought it about. */
  static void until(String what, Predicate<Void> condition) throws InterruptedException {
    Instant end = Instant.now().plusSeconds(20);
    while (!condition.test(null)) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError("not within 20 s: " + what);
      }
      Thread.sleep(5);
    }
  }

  @Override
  public void close() {
    running().close();
  }

  private Larder running() {
    return Objects.requireNonNull(larder, "not started");
  }
}
