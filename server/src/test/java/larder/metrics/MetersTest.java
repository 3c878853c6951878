package larder.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import larder.tiering.BlobKey;
import larder.tiering.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetersTest {
  private static final BlobKey KEY = BlobKey.of(ServedEvents.DIGEST);
  private static final Instant NOW = Instant.EPOCH;

  private final Meters meters = new Meters("ci-eu", Set.of("docker.io", "ghcr.io"));

  @AfterEach
  void close() {
    meters.close();
  }

  private double value(String name, String... labels) {
    String all =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of("cluster=\"ci-eu\""), Arrays.stream(labels))
            .sorted()
            .collect(Collectors.joining(","));
    return meters
        .scrape()
        .lines()
        .filter(line -> line.startsWith(name + "{" + all + "}"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf('}') + 2)))
        .findFirst()
        .orElse(0);
  }

  @Test
  void requestsAreCounted() {
    meters.on(ServedEvents.blob("docker.io", 200, 1000));
    meters.on(ServedEvents.blob("docker.io", 206, 10));

    assertThat(
            value(
                "larder_requests_total",
                "upstream=\"docker.io\"",
                "kind=\"blob\"",
                "origin=\"disk\"",
                "status=\"206\""))
        .isEqualTo(1);
    assertThat(value("larder_served_bytes_total", "upstream=\"docker.io\"", "origin=\"disk\""))
        .isEqualTo(1010);
    assertThat(value("larder_request_seconds_count", "kind=\"blob\"", "origin=\"disk\""))
        .isEqualTo(2);
  }

  @Test
  void anUpstreamThatIsNotConfiguredIsNoLabel() {
    meters.on(ServedEvents.blob("evil.example\"} 1", 404, 0));
    meters.on(ServedEvents.blob("", 404, 0));

    assertThat(meters.scrape()).doesNotContain("evil");
    assertThat(
            value(
                "larder_requests_total",
                "upstream=\"none\"",
                "kind=\"blob\"",
                "origin=\"disk\"",
                "status=\"404\""))
        .isEqualTo(2);
  }

  @Test
  void seldomStatusesShareALabel() {
    for (int status = 100; status < 1000; status++) {
      meters.on(ServedEvents.blob("docker.io", status, 0));
    }
    assertThat(meters.scrape().lines().filter(l -> l.startsWith("larder_requests_total{")))
        .hasSizeLessThan(25);
  }

  @Test
  void answersThatSendClientsPastLarderAreCounted() {
    for (int status : new int[] {200, 404, 403, 429, 502, 503}) {
      meters.on(ServedEvents.blob("docker.io", status, 0));
    }
    meters.on(ServedEvents.of("docker.io", Event.Kind.TAG_LIST, "GET", "docker", 503, 0, false));
    meters.on(ServedEvents.of("docker.io", Event.Kind.BLOB, "PUT", "docker", 503, 0, false));

    for (String status : new String[] {"429", "502", "503"}) {
      assertThat(
              value(
                  "larder_bypass_answers_total",
                  "upstream=\"docker.io\"",
                  "status=\"" + status + "\""))
          .isEqualTo(1);
    }
    assertThat(meters.scrape())
        .doesNotContain("bypass_answers_total{cluster=\"ci-eu\",status=\"404\"");
  }

  @Test
  void whatTheBucketIsAskedIsCounted() {
    meters.on(new Event.Stored(NOW, "PutObject", 200, 5, 0, Duration.ZERO));
    meters.on(new Event.Stored(NOW, "PutObject", 412, 5, 0, Duration.ZERO));
    meters.on(new Event.Stored(NOW, "GetObject", 206, 0, 7, Duration.ZERO));
    meters.on(new Event.Swept(NOW, 1, 2, 3));
    meters.on(new Event.Swept(NOW, 0, 5, 0));
    String put = "operation=\"PutObject\"";
    assertThat(value("larder_bucket_requests_total", put, "status=\"4xx\"")).isEqualTo(1);
    assertThat(value("larder_bucket_bytes_total", "direction=\"sent\"")).isEqualTo(10);
    assertThat(value("larder_bucket_bytes_total", "direction=\"received\"")).isEqualTo(7);
    assertThat(value("larder_bucket_swept_total", "kind=\"uploads\"")).isEqualTo(1);
    assertThat(value("larder_bucket_swept_total", "kind=\"objects\"")).isEqualTo(7);
    assertThat(value("larder_bucket_swept_total", "kind=\"records\"")).isEqualTo(3);
  }

  @Test
  void twoClustersShareNothing() {
    try (Meters other = new Meters("ci-us", Set.of("docker.io"))) {
      meters.on(ServedEvents.blob("docker.io", 200, 1));
      assertThat(other.scrape()).doesNotContain("larder_requests_total{");
    }
  }

  @Test
  void whatIsExposedIsWhatIsDescribed() {
    everything();

    Pattern sample = Pattern.compile("(larder_[a-z_]+)\\{([^}]*)}.*");
    Set<String> exposed =
        meters
            .scrape()
            .lines()
            .map(sample::matcher)
            .filter(Matcher::matches)
            .map(line -> name(line.group(1)) + labels(line.group(2)))
            .collect(Collectors.toSet());
    Set<String> described =
        Arrays.stream(Measure.values())
            .map(measure ->
                measure.exposedName()
                    + java.util.stream.Stream.concat(
                            java.util.stream.Stream.of("cluster"), measure.labels().stream())
                        .sorted()
                        .toList())
            .collect(Collectors.toSet());

    assertThat(exposed).isEqualTo(described);
  }

  private void everything() {
    meters.refused("unknown");
    meters.on(ServedEvents.of("docker.io", Event.Kind.BLOB, "GET", "docker", 503, 1, true));
    meters.on(
        new Event.Fetched(
            NOW, "docker.io", "registry-1.docker.io", Event.Cause.BLOB, 0, 5, Duration.ZERO));
    meters.on(new Event.Filled(NOW, KEY, Event.Outcome.NOT_KEPT, 5, Duration.ofSeconds(1)));
    meters.on(new Event.Evicted(NOW, "disk", KEY, 5, NOW));
    meters.on(
        new Event.TierFailed(NOW, "disk", "open", KEY.toString(), new java.io.IOException("gone")));
    meters.on(new Event.Damaged(NOW, "disk", KEY));
    meters.on(new Event.Scrubbed(NOW, "disk", 5));
    meters.on(new Event.Stored(NOW, "PutObject", 200, 5, 0, Duration.ZERO));
    meters.on(new Event.Swept(NOW, 1, 2, 3));
    meters.uploads(() -> 1, () -> 2);
    meters.tier("disk", () -> 1, () -> 2, () -> 3);
    meters.fillsInFlight(() -> 4);
    meters.readers(() -> 5);
    meters.accessLog(AccessLog.open(new ByteArrayOutputStream()));
  }

  private static String name(String sample) {
    return sample.replaceAll("(_seconds)_(bucket|count|sum|max)$", "$1");
  }

  private static List<String> labels(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(label -> label.substring(0, label.indexOf('=')))
        .filter(label -> !label.equals("le"))
        .sorted()
        .toList();
  }
}
