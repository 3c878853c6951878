package larder.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import larder.tiering.Event;
import larder.tiering.Event.Kind;
import larder.tiering.Events;
import larder.tiering.Origin;

/** Counts what happens, in a registry of its own, for Prometheus. */
public final class Meters implements Events, AutoCloseable {
  /** The media type of {@link #scrape}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private record Request(String upstream, Kind kind, Origin origin, String status) {}

  private record Served(String upstream, Origin origin) {}

  private record Timed(Kind kind, Origin origin) {}

  private record Answer(String upstream, String status) {}

  private record Asked(String upstream, Event.Cause cause, String status) {}

  private record Received(String upstream, Event.Cause cause) {}

  private record Stored(String operation, String status) {}

  private record Failure(String tier, String operation) {}

  private final PrometheusMeterRegistry registry;
  private final ProcessMeters process;
  private final Set<String> upstreams;
  private final Counters<Request> requests;
  private final Counters<Served> servedBytes;
  private final Counters<Served> accesses;
  private final Counters<Served> cut;
  private final Timers<Timed> requestTime;
  private final Counters<String> stale;
  private final Counters<Answer> bypass;
  private final Counters<String> refusals;
  private final Counters<Asked> upstreamRequests;
  private final Counters<Received> upstreamBytes;
  private final Counters<Event.Outcome> fills;
  private final Timers<Event.Outcome> fillTime;
  private final Counters<String> evictions;
  private final Counters<String> evictedBytes;
  private final Counters<Failure> failures;
  private final Counters<String> damaged;
  private final Counters<String> scrubbedBytes;
  private final Counters<Stored> bucketRequests;
  private final Counters<String> bucketBytes;
  private final Counters<String> swept;

  /**
   * @param cluster a label of every meter
   * @param upstreams the configured names; no other becomes a label
   */
  public Meters(String cluster, Set<String> upstreams) {
    this.upstreams = Set.copyOf(upstreams);
    registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry.config().commonTags("cluster", cluster);
    process = new ProcessMeters(registry);
    requests =
        new Counters<>(
            registry,
            Measure.REQUESTS,
            k -> List.of(k.upstream(), k.kind().label(), k.origin().label(), k.status()));
    servedBytes = new Counters<>(registry, Measure.SERVED_BYTES, Meters::values);
    accesses = new Counters<>(registry, Measure.ACCESSES, Meters::values);
    cut = new Counters<>(registry, Measure.CUT_ANSWERS, Meters::values);
    requestTime =
        new Timers<>(
            registry, Measure.REQUEST_TIME, k -> List.of(k.kind().label(), k.origin().label()));
    stale = new Counters<>(registry, Measure.STALE_ANSWERS, List::of);
    bypass =
        new Counters<>(registry, Measure.BYPASS_ANSWERS, k -> List.of(k.upstream(), k.status()));
    refusals = new Counters<>(registry, Measure.REFUSALS, List::of);
    upstreamRequests =
        new Counters<>(
            registry,
            Measure.UPSTREAM_REQUESTS,
            k -> List.of(k.upstream(), k.cause().label(), k.status()));
    upstreamBytes =
        new Counters<>(
            registry, Measure.UPSTREAM_BYTES, k -> List.of(k.upstream(), k.cause().label()));
    fills = new Counters<>(registry, Measure.FILLS, k -> List.of(k.label()));
    fillTime = new Timers<>(registry, Measure.FILL_TIME, k -> List.of(k.label()));
    evictions = new Counters<>(registry, Measure.EVICTIONS, List::of);
    evictedBytes = new Counters<>(registry, Measure.EVICTED_BYTES, List::of);
    failures =
        new Counters<>(registry, Measure.TIER_FAILURES, k -> List.of(k.tier(), k.operation()));
    damaged = new Counters<>(registry, Measure.DAMAGED_BLOBS, List::of);
    scrubbedBytes = new Counters<>(registry, Measure.SCRUBBED_BYTES, List::of);
    bucketRequests =
        new Counters<>(registry, Measure.BUCKET_REQUESTS, k -> List.of(k.operation(), k.status()));
    bucketBytes = new Counters<>(registry, Measure.BUCKET_BYTES, List::of);
    swept = new Counters<>(registry, Measure.SWEPT, List::of);
  }

  private static List<String> values(Served key) {
    return List.of(key.upstream(), key.origin().label());
  }

  @Override
  public void on(Event event) {
    switch (event) {
      case Event.Served served -> served(served);
      case Event.Fetched fetched -> {
        String upstream = known(fetched.upstream());
        String status = Labels.status(fetched.status());
        upstreamRequests.add(new Asked(upstream, fetched.cause(), status), 1);
        upstreamBytes.add(new Received(upstream, fetched.cause()), fetched.bytes());
      }
      case Event.Filled filled -> {
        fills.add(filled.outcome(), 1);
        fillTime.record(filled.outcome(), filled.duration());
      }
      case Event.Evicted evicted -> {
        evictions.add(evicted.tier(), 1);
        evictedBytes.add(evicted.tier(), evicted.bytes());
      }
      case Event.TierFailed failed ->
          failures.add(new Failure(failed.tier(), failed.operation()), 1);
      case Event.Damaged found -> damaged.add(found.tier(), 1);
      case Event.Scrubbed scrubbed -> scrubbedBytes.add(scrubbed.tier(), scrubbed.bytes());
      case Event.Stored stored -> {
        String status = Labels.status(stored.status());
        bucketRequests.add(new Stored(stored.operation(), status), 1);
        bucketBytes.add("sent", stored.sent());
        bucketBytes.add("received", stored.received());
      }
      case Event.Swept swept -> {
        this.swept.add("uploads", swept.uploads());
        this.swept.add("objects", swept.objects());
        this.swept.add("records", swept.records());
      }
    }
  }

  private void served(Event.Served event) {
    String upstream = known(event.upstream());
    String status = Labels.status(event.status());
    Served key = new Served(upstream, event.origin());
    requests.add(new Request(upstream, event.kind(), event.origin(), status), 1);
    servedBytes.add(key, event.bytes());
    requestTime.record(new Timed(event.kind(), event.origin()), event.duration());
    if (event.counted()) {
      accesses.add(key, 1);
    }
    if (event.aborted()) {
      cut.add(key, 1);
    }
    if (event.stale()) {
      stale.add(upstream, 1);
    }
    if (sendsPast(event)) {
      bypass.add(new Answer(upstream, status), 1);
    }
  }

  private static boolean sendsPast(Event.Served event) {
    boolean content = event.kind() == Kind.BLOB || event.kind() == Kind.MANIFEST;
    boolean pulls = event.method().equals("GET") || event.method().equals("HEAD");
    return content && pulls && (event.status() == 429 || event.status() >= 500);
  }

  private String known(String upstream) {
    return upstreams.contains(upstream) ? upstream : Labels.NONE;
  }

  /**
   * Counts a request that did not show who makes it.
   *
   * @param reason one of a few
   */
  public void refused(String reason) {
    refusals.add(reason, 1);
  }

  /** Shows what a tier holds, each time it is asked for. */
  public void tier(String tier, LongSupplier bytes, LongSupplier capacity, LongSupplier blobs) {
    gauge(Measure.TIER_BYTES, bytes, tier);
    gauge(Measure.TIER_CAPACITY, capacity, tier);
    gauge(Measure.TIER_BLOBS, blobs, tier);
  }

  /** Shows how many fills are running. */
  public void fillsInFlight(LongSupplier count) {
    gauge(Measure.FILLS_IN_FLIGHT, count);
  }

  /** Shows how many blobs wait to be put into the bucket, and how many are not put there. */
  public void uploads(LongSupplier waiting, LongSupplier shed) {
    gauge(Measure.UPLOADS_WAITING, waiting);
    FunctionCounter.builder(Measure.UPLOADS_SHED.id(), shed, LongSupplier::getAsLong)
        .description(Measure.UPLOADS_SHED.description())
        .register(registry);
  }

  /** Shows how many blobs are being sent. */
  public void readers(LongSupplier count) {
    gauge(Measure.READERS, count);
  }

  /** Shows how many lines an access log has dropped. */
  public void accessLog(AccessLog log) {
    Measure measure = Measure.LOG_LINES_DROPPED;
    FunctionCounter.builder(measure.id(), log, AccessLog::dropped)
        .description(measure.description())
        .register(registry);
  }

  private void gauge(Measure measure, LongSupplier value, String... labels) {
    Gauge.builder(measure.id(), value::getAsLong)
        .baseUnit(measure.unit())
        .description(measure.description())
        .tags(Counters.tags(measure, List.of(labels)))
        .register(registry);
  }

  /** All meters in Prometheus's text format, {@link #CONTENT_TYPE}. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    process.close();
    registry.close();
  }
}
