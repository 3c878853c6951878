package larder.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.lang.management.ManagementFactory;
import java.util.function.ToDoubleFunction;
import jdk.management.VirtualThreadSchedulerMXBean;

/** The meters of the process itself: memory, threads, descriptors, processor. */
final class ProcessMeters implements AutoCloseable {
  private final JvmGcMetrics collections = new JvmGcMetrics();

  ProcessMeters(MeterRegistry registry) {
    collections.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    scheduler(
        registry,
        "jvm.threads.virtual.mounted",
        "Virtual threads that have a carrier.",
        VirtualThreadSchedulerMXBean::getMountedVirtualThreadCount);
    scheduler(
        registry,
        "jvm.threads.virtual.queued",
        "Virtual threads that wait for a carrier.",
        VirtualThreadSchedulerMXBean::getQueuedVirtualThreadCount);
    scheduler(
        registry,
        "jvm.threads.carriers",
        "Threads that carry virtual threads.",
        VirtualThreadSchedulerMXBean::getPoolSize);
  }

  private static void scheduler(
      MeterRegistry registry,
      String name,
      String description,
      ToDoubleFunction<VirtualThreadSchedulerMXBean> value) {
    Gauge.builder(
            name, ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class), value)
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  @Override
  public void close() {
    collections.close();
  }
}
