package larder.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import larder.config.Credentials;
import larder.config.Proxies;
import larder.config.TlsFiles;
import larder.config.UpstreamConfig;
import larder.config.Visibility;
import larder.identity.Surroundings;
import larder.tiering.Event;
import larder.tiering.Events;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;

/** Upstreams of test registries, with events kept, time told and names made up. */
final class UpstreamFixture implements AutoCloseable, Events {
  final Queue<Event.Fetched> fetched = new ConcurrentLinkedQueue<>();
  final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-02T03:04:05Z"));
  final Map<String, InetAddress> names = new java.util.concurrent.ConcurrentHashMap<>();
  final Queue<Duration> pauses = new ConcurrentLinkedQueue<>();

  /** Those who have come to wait between probes. */
  final Queue<Thread> probing = new ConcurrentLinkedQueue<>();

  final Semaphore probes = new Semaphore(0);
  TlsSocketStrategy tls = DefaultClientTlsStrategy.createDefault();
  UpstreamConfig.Timeouts timeouts = timeouts(2_000, 2_000, 2_000);
  boolean allowPrivate = true;
  TlsFiles tlsFiles = TlsFiles.NONE;
  Proxies proxies = Proxies.NONE;
  boolean ranges = true;
  int connections = 256;
  Credentials credentials = new Credentials.Anonymous();
  Surroundings around = new Surroundings(List.of(), Duration.ofSeconds(10), Map.of());
  private final Queue<Upstream> opened = new ConcurrentLinkedQueue<>();

  static UpstreamConfig.Timeouts timeouts(int connect, int response, int silence) {
    return new UpstreamConfig.Timeouts(
        Duration.ofMillis(connect),
        Duration.ofMillis(response),
        Duration.ofMillis(silence),
        Duration.ofSeconds(1));
  }

  Upstream open(TestRegistry registry, TestRegistry... mirrors) {
    return open(registry.url(), Arrays.stream(mirrors).map(TestRegistry::url).toList());
  }

  Upstream open(URI url, List<URI> mirrors) {
    var config =
        new UpstreamConfig(
            "test.example",
            url,
            true,
            List.of(),
            credentials,
            Visibility.PUBLIC,
            true,
            mirrors,
            Duration.ofMinutes(1),
            Duration.ofDays(7),
            ranges,
            allowPrivate,
            tlsFiles,
            proxies,
            timeouts);
    InstantSource clock = now::get;
    var memory = new BodyMemory("bodies", 64 << 20);
    var bounds = new Upstream.Bounds(connections, memory, memory);
    var outside = new Upstream.Outside(new MadeUp(), tls, this::pause, around);
    Upstream upstream = Upstream.open(config, bounds, this, clock, "larder/test", outside);
    opened.add(upstream);
    return upstream;
  }

  private void pause(Duration duration) throws InterruptedException {
    probing.add(Thread.currentThread());
    pauses.add(duration);
    probes.acquire();
  }

  @Override
  public void on(Event event) {
    fetched.add((Event.Fetched) event);
  }

  List<Event.Fetched> fetched(Event.Cause cause) {
    return fetched.stream().filter(f -> f.cause() == cause).toList();
  }

  static byte[] read(larder.tiering.Source.Answer answer) throws IOException {
    try (answer) {
      return answer.bytes().readAllBytes();
    }
  }

  @Override
  public void close() {
    opened.forEach(Upstream::close);
  }

  private final class MadeUp implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      InetAddress known = names.get(host);
      return known == null
          ? SystemDefaultDnsResolver.INSTANCE.resolve(host)
          : new InetAddress[] {known};
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }
}
