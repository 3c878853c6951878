package larder.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import larder.tiering.Digest;
import larder.tiering.Event;
import larder.tiering.Origin;

/** Makes events of requests. */
final class ServedEvents {
  static final Digest DIGEST = Digest.of(Digest.Algorithm.SHA256, new byte[] {1});

  private ServedEvents() {}

  static Event.Served blob(String upstream, int status, long bytes) {
    return of(upstream, Event.Kind.BLOB, "GET", "containerd/2.0", status, bytes, false);
  }

  static Event.Served from(String agent) {
    return of("docker.io", Event.Kind.MANIFEST, "GET", agent, 200, 7, false);
  }

  static Event.Served of(
      String upstream,
      Event.Kind kind,
      String method,
      String agent,
      int status,
      long bytes,
      boolean flags) {
    return new Event.Served(
        Instant.parse("2026-01-02T03:04:05.678Z"),
        "ci-eu",
        "10.0.0.7",
        agent,
        upstream,
        "library/alpine",
        kind,
        "3.20",
        Optional.of(DIGEST),
        OptionalLong.of(bytes),
        method,
        "bytes=0-",
        status,
        bytes,
        Origin.DISK,
        flags,
        flags,
        flags,
        Duration.ofNanos(12_345_678));
  }
}
