package larder.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is measured. Labels have values from the configuration or from a short fixed list, never a
 * repository, digest or client; {@code cluster} is a label of all.
 */
enum Measure {
  REQUESTS(
      Meter.Type.COUNTER,
      "larder.requests",
      null,
      "Requests that clients made, by what served them.",
      "upstream",
      "kind",
      "origin",
      "status"),
  SERVED_BYTES(
      Meter.Type.COUNTER,
      "larder.served",
      "bytes",
      "Bytes of bodies sent to clients.",
      "upstream",
      "origin"),
  ACCESSES(
      Meter.Type.COUNTER,
      "larder.accesses",
      null,
      "GETs that include byte 0 of a blob, once per client and digest in ten minutes.",
      "upstream",
      "origin"),
  REQUEST_TIME(
      Meter.Type.TIMER,
      "larder.request",
      "seconds",
      "From a request's first line to its answer's last byte; slow clients make it long.",
      "kind",
      "origin"),
  CUT_ANSWERS(
      Meter.Type.COUNTER,
      "larder.cut.answers",
      null,
      "Answers that were cut before their end, by either side.",
      "upstream",
      "origin"),
  STALE_ANSWERS(
      Meter.Type.COUNTER,
      "larder.stale.answers",
      null,
      "Answers known to be past their time, because upstream did not answer.",
      "upstream"),
  BYPASS_ANSWERS(
      Meter.Type.COUNTER,
      "larder.bypass.answers",
      null,
      "Answers of 429 and 5xx to requests for blobs and manifests. A client then asks the next"
          + " registry, mostly upstream itself, and no one counts that egress.",
      "upstream",
      "status"),
  REFUSALS(
      Meter.Type.COUNTER,
      "larder.guarded.refusals",
      null,
      "Requests to the guarded listener that did not show who makes them, by why.",
      "reason"),
  UPSTREAM_REQUESTS(
      Meter.Type.COUNTER,
      "larder.upstream.requests",
      null,
      "Requests that larder made of an upstream; status \"none\" when there was no answer.",
      "upstream",
      "cause",
      "status"),
  UPSTREAM_BYTES(
      Meter.Type.COUNTER,
      "larder.upstream",
      "bytes",
      "Bytes of bodies received from an upstream.",
      "upstream",
      "cause"),
  FILLS(
      Meter.Type.COUNTER,
      "larder.fills",
      null,
      "Copies of a blob into a tier that ended, by how.",
      "outcome"),
  FILL_TIME(Meter.Type.TIMER, "larder.fill", "seconds", "How long such a copy took.", "outcome"),
  EVICTIONS(
      Meter.Type.COUNTER, "larder.evictions", null, "Blobs that left a tier to make room.", "tier"),
  EVICTED_BYTES(
      Meter.Type.COUNTER, "larder.evicted", "bytes", "Bytes of blobs that left a tier.", "tier"),
  TIER_FAILURES(
      Meter.Type.COUNTER,
      "larder.tier.failures",
      null,
      "What a tier could not do; the request went on without it.",
      "tier",
      "operation"),
  DAMAGED_BLOBS(
      Meter.Type.COUNTER,
      "larder.damaged.blobs",
      null,
      "Stored blobs whose bytes turned out to be wrong; they were removed.",
      "tier"),
  SCRUBBED_BYTES(
      Meter.Type.COUNTER,
      "larder.scrubbed",
      "bytes",
      "Bytes of stored blobs that were read only to see whether they are still right.",
      "tier"),
  BUCKET_REQUESTS(
      Meter.Type.COUNTER,
      "larder.bucket.requests",
      null,
      "Requests to the bucket that were answered, by the name that S3 has for them.",
      "operation",
      "status"),
  BUCKET_BYTES(
      Meter.Type.COUNTER,
      "larder.bucket",
      "bytes",
      "Bytes of bodies sent to the bucket, and of objects received from it.",
      "direction"),
  UPLOADS_WAITING(
      Meter.Type.GAUGE,
      "larder.uploads.waiting",
      null,
      "Blobs that wait to be put into the bucket."),
  UPLOADS_SHED(
      Meter.Type.COUNTER,
      "larder.uploads.shed",
      null,
      "Blobs that were not put into the bucket, since too many waited or it failed; others miss"
          + " them."),
  SWEPT(
      Meter.Type.COUNTER,
      "larder.bucket.swept",
      null,
      "What this larder has cleared away from the bucket for all: uploads that never ended,"
          + " objects that were wrong, records that nobody needed.",
      "kind"),
  TIER_BYTES(Meter.Type.GAUGE, "larder.tier", "bytes", "Bytes that a tier holds.", "tier"),
  TIER_CAPACITY(
      Meter.Type.GAUGE,
      "larder.tier.capacity",
      "bytes",
      "Bytes that a tier may hold at most.",
      "tier"),
  TIER_BLOBS(Meter.Type.GAUGE, "larder.tier.blobs", null, "Blobs that a tier holds.", "tier"),
  FILLS_IN_FLIGHT(
      Meter.Type.GAUGE, "larder.fills.in.flight", null, "Copies into a tier that are running."),
  READERS(Meter.Type.GAUGE, "larder.readers", null, "Answers with a blob that are being sent."),
  LOG_LINES_DROPPED(
      Meter.Type.COUNTER,
      "larder.log.lines.dropped",
      null,
      "Lines of the access log that were dropped because nothing took them in time.");

  private final Meter.Type type;
  private final String id;
  private final @Nullable String unit;
  private final String description;

  @SuppressWarnings("ImmutableEnumChecker") // It is made by List.of.
  private final List<String> labels;

  Measure(Meter.Type type, String id, @Nullable String unit, String description, String... labels) {
    this.type = type;
    this.id = id;
    this.unit = unit;
    this.description = description;
    this.labels = List.of(labels);
  }

  Meter.Type type() {
    return type;
  }

  String id() {
    return id;
  }

  @Nullable String unit() {
    return unit;
  }

  String description() {
    return description;
  }

  List<String> labels() {
    return labels;
  }

  /** As scraped. */
  String exposedName() {
    String name = new PrometheusNamingConvention().name(id, type, unit);
    return type == Meter.Type.COUNTER ? name + "_total" : name;
  }
}
