package larder.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The timers of one measure; see {@link Counters}.
 *
 * @param <K> equal for equal labels
 */
final class Timers<K> {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10),
    Duration.ofSeconds(60)
  };

  private final ConcurrentHashMap<K, Timer> byKey = new ConcurrentHashMap<>();
  private final MeterRegistry registry;
  private final Measure measure;
  private final Function<K, List<String>> values;

  Timers(MeterRegistry registry, Measure measure, Function<K, List<String>> values) {
    this.registry = registry;
    this.measure = measure;
    this.values = values;
  }

  void record(K key, Duration duration) {
    Timer timer = byKey.get(key);
    if (timer == null) {
      timer = byKey.computeIfAbsent(key, this::register);
    }
    timer.record(duration);
  }

  private Timer register(K key) {
    return Timer.builder(measure.id())
        .description(measure.description())
        .serviceLevelObjectives(BUCKETS)
        .tags(Counters.tags(measure, values.apply(key)))
        .register(registry);
  }
}
