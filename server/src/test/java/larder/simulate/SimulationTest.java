package larder.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final long GIB = 1L << 30;
  private static final long DAY = 86400;
  private static final Map<String, Double> PRICES = Map.of("vendor", 1.0, "cheap", 0.1);

  private final Trace trace = new Trace();

  private void ask(long second, String blob, long size, int upstream, int cluster) {
    trace.requested(second, trace.blob(blob), size, upstream, cluster);
  }

  private void names(List<String> upstreams, List<String> clusters) {
    trace.upstreamNames().addAll(upstreams);
    trace.clusterNames().addAll(clusters);
  }

  private List<Row> run(boolean merged, double warmUp, DiskSize... sizes) throws TraceException {
    return simulation(merged, warmUp).run(List.of(sizes), (_, _) -> {});
  }

  private Simulation simulation(boolean merged, double warmUp) throws TraceException {
    Map<String, Double> asked = new HashMap<>(PRICES);
    asked.keySet().retainAll(trace.upstreamNames());
    return new Simulation(trace, new Prices(asked), merged, warmUp);
  }

  private static Row row(List<Row> rows, String policy) {
    return rows.stream().filter(row -> row.policy().equals(policy)).findFirst().orElseThrow();
  }

  private static DiskSize gib(long size) {
    return new DiskSize.Fixed(size + "GiB", size * GIB);
  }

  @Test
  void eachRowSaysWhatItsPolicyHitsAndWhatTheRestCosts() throws Exception {
    names(List.of("vendor", "cheap"), List.of("ci"));
    for (int day = 0; day < 30; day++) {
      ask(day * DAY, "daily", 2 * GIB, 0, 0);
      ask(day * DAY + 5, "once " + day, 4 * GIB, 1, 0);
    }
    ask(30 * DAY, "daily", 2 * GIB, 0, 0);
    List<Row> rows = run(false, 0, gib(8));

    Row none = row(rows, "no cache");
    assertThat(none.byteHitRatio()).isZero();
    assertThat(none.bill().total()).isCloseTo(31 * 2 * 1.0 + 30 * 4 * 0.1, within(1e-9));
    assertThat(none.disk()).isEmpty();

    Row lru = row(rows, "lru");
    assertThat(lru.objectHitRatio()).isCloseTo(30 / 61.0, within(1e-9));
    assertThat(lru.byteHitRatio()).isCloseTo(60 / 182.0, within(1e-9));
    assertThat(lru.moneyHitRatio()).isCloseTo(60 / 74.0, within(1e-9));
    assertThat(lru.diskBytesWritten()).isEqualTo(2 * GIB + 120 * GIB);
    assertThat(lru.bill().egress()).isCloseTo(14, within(1e-9));
    assertThat(lru.timesClairvoyant()).isCloseTo(1, within(1e-9));

    assertThat(row(rows, "ttl-7d").objectHitRatio()).isCloseTo(26 / 61.0, within(1e-9));
    assertThat(row(rows, "ttl-30d").objectHitRatio()).isCloseTo(29 / 61.0, within(1e-9));
    assertThat(row(rows, "clairvoyant").objectHitRatio()).isCloseTo(30 / 61.0, within(1e-9));
  }

  @Test
  void clustersHaveDisksOfTheirOwnOrShareOne() throws Exception {
    names(List.of("vendor"), List.of("eu", "us"));
    for (int i = 0; i < 10; i++) {
      ask(i, "same", GIB, 0, i % 2);
    }
    assertThat(row(run(false, 0, gib(2)), "lru").objectHitRatio()).isCloseTo(0.8, within(1e-9));
    assertThat(row(run(true, 0, gib(2)), "lru").objectHitRatio()).isCloseTo(0.9, within(1e-9));
  }

  @Test
  void aShareIsOfWhatTheDiskIsAskedFor() throws Exception {
    names(List.of("vendor"), List.of("eu", "us"));
    for (int i = 0; i < 100; i++) {
      ask(i, "eu " + i % 10, GIB, 0, 0);
      ask(i, "us", GIB, 0, 1);
    }
    assertThat(simulation(false, 0).footprint())
        .containsExactly(Map.entry("eu", 10 * GIB), Map.entry("us", GIB));
    List<Row> rows = run(false, 0, new DiskSize.Share("100%", 1));
    assertThat(row(rows, "clairvoyant").objectHitRatio()).isCloseTo(189 / 200.0, within(1e-9));
  }

  @Test
  void theWarmUpIsNotCounted() throws Exception {
    names(List.of("vendor"), List.of("ci"));
    for (int i = 0; i < 100; i++) {
      ask(i, "blob " + i % 20, GIB, 0, 0);
    }
    Row lru = row(run(true, 0.25, gib(30)), "lru");
    assertThat(lru.objectHitRatio()).isEqualTo(1);
    assertThat(lru.diskBytesWritten()).isZero();
  }

  @Test
  void noDiskHoldsMoreThanItsSize() {
    Random random = new Random(1);
    for (Policy policy : Policy.values()) {
      if (!policy.bounded() || policy == Policy.CAFFEINE) {
        continue; // Caffeine promises it in the end only.
      }
      SimulatedDisk disk = policy.disk(1000, (_, size) -> 1.0 / size, java.time.Instant::now);
      long[] sizes = random.longs(50, 0, 400).toArray();
      for (int i = 0; i < 2000; i++) {
        int blob = random.nextInt(50);
        boolean _ = disk.asked(blob, sizes[blob]);
        assertThat(((OrderedDisk) disk).used()).isBetween(0L, 1000L);
      }
    }
  }

  @Test
  void anUpstreamWithoutAPriceIsAnError() {
    names(List.of("docker.io", "else"), List.of("ci"));
    ask(0, "a", 1, 1, 0);
    assertThatThrownBy(() -> new Simulation(trace, new Prices(Map.of()), true, 0))
        .isInstanceOf(TraceException.class)
        .hasMessage("the price of upstream 'else' is not known; say --egress-price else=PRICE");
    assertThatThrownBy(() -> new Simulation(trace, new Prices(Map.of("elze", 1.0)), true, 0))
        .isInstanceOf(TraceException.class)
        .hasMessage(
            "there is a price for upstream 'elze', of which nothing is asked; there are docker.io, else");
  }
}
