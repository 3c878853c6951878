package larder.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The counters of one measure, found by a small value rather than by their labels: requests are too
 * many for building a list of labels each time.
 *
 * @param <K> equal for equal labels
 */
final class Counters<K> {
  private final ConcurrentHashMap<K, Counter> byKey = new ConcurrentHashMap<>();
  private final MeterRegistry registry;
  private final Measure measure;
  private final Function<K, List<String>> values;

  /**
   * @param values of the measure's labels, in their order
   */
  Counters(MeterRegistry registry, Measure measure, Function<K, List<String>> values) {
    this.registry = registry;
    this.measure = measure;
    this.values = values;
  }

  void add(K key, long amount) {
    Counter counter = byKey.get(key);
    if (counter == null) {
      counter = byKey.computeIfAbsent(key, this::register);
    }
    counter.increment((double) amount);
  }

  private Counter register(K key) {
    return Counter.builder(measure.id())
        .baseUnit(measure.unit())
        .description(measure.description())
        .tags(tags(measure, values.apply(key)))
        .register(registry);
  }

  static List<Tag> tags(Measure measure, List<String> values) {
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      tags.add(Tag.of(measure.labels().get(i), values.get(i)));
    }
    return tags;
  }
}
