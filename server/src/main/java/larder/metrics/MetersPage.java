package larder.metrics;

import io.micrometer.core.instrument.Meter;
import java.util.Locale;
import java.util.stream.Collectors;

/** The page about all meters, {@code docs/metrics.md}. */
final class MetersPage {
  private MetersPage() {}

  static String text() {
    StringBuilder page =
        new StringBuilder(
            """
            # Meters

            `GET /metrics` on the admin port answers in Prometheus's text format. Every meter has the label `cluster`.
            An `upstream` that is not configured is `none`, and so is the `status` of a request that got no answer.
            A status that is seldom is told as its class, such as `4xx`. The meters of the process
            (`jvm_*`, `process_*`, `system_*`) are Micrometer's.

            | meter | type | labels | what it says |
            |---|---|---|---|
            """);
    for (Measure measure : Measure.values()) {
      page.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  measure.exposedName(),
                  type(measure.type()),
                  measure.labels().stream()
                      .map(label -> "`" + label + "`")
                      .collect(Collectors.joining(", ")),
                  measure.description()));
    }
    return page.toString();
  }

  private static String type(Meter.Type type) {
    return type == Meter.Type.TIMER ? "histogram" : type.name().toLowerCase(Locale.ROOT);
  }
}
