package larder.simulate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import larder.policy.MissCost;

/** Replays a trace through policies, each with disks of some sizes. */
public final class Simulation {
  private static final int MOST_FOR_BOUND = 50_000_000;

  /** Of the heap, what the bound may take, and what it takes for each request. */
  private static final int PART_FOR_BOUND = 2;

  private static final int BYTES_FOR_BOUND = 130;

  private static final double GIB = 1L << 30;
  private static final Duration MONTH = Duration.ofDays(30);

  private final Trace trace;
  private final double[] prices;
  private final boolean merged;
  private final int warm;
  private final double months;
  private final int groups;
  private final long[] footprints;
  private final Integer[] boxed;

  /** Hears how far it has come. */
  public interface Progress {
    /**
     * @param part of the row that is worked on, from 0 to 1
     */
    void reached(String row, double part);
  }

  /**
   * @param merged whether all clusters share one disk, rather than have one each
   * @param warmUp the part of the trace that is replayed and not counted, from 0 to less than 1
   * @throws TraceException when the price of an upstream is not known
   */
  public Simulation(Trace trace, Prices prices, boolean merged, double warmUp)
      throws TraceException {
    this.trace = trace;
    this.prices = prices.of(trace);
    this.merged = merged;
    this.warm = (int) (trace.length() * warmUp);
    this.groups = merged ? 1 : trace.clusterNames().size();
    this.footprints = footprints();
    this.boxed = new Integer[trace.blobs()];
    Arrays.setAll(boxed, i -> i);
    double seconds = trace.second(trace.length() - 1) - trace.second(warm);
    this.months = seconds > 0 ? seconds / MONTH.toSeconds() : 1;
  }

  private long[] footprints() {
    long[] sums = new long[groups];
    List<BitSet> seen = new ArrayList<>();
    for (int i = 0; i < groups; i++) {
      seen.add(new BitSet());
    }
    for (int i = 0; i < trace.length(); i++) {
      if (!trace.isManifest(i) && !seen.get(group(i)).get(trace.blob(i))) {
        seen.get(group(i)).set(trace.blob(i));
        sums[group(i)] += trace.size(trace.blob(i));
      }
    }
    return sums;
  }

  /** Bytes of all blobs that each disk is asked for, by its cluster, or by "all clusters". */
  public Map<String, Long> footprint() {
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (int i = 0; i < groups; i++) {
      sizes.put(merged ? "all clusters" : trace.clusterNames().get(i), footprints[i]);
    }
    return sizes;
  }

  /**
   * Whether the bound is worked out: not for a trace that is too long for that, or for the heap.
   */
  public boolean hasBound() {
    long fits = Runtime.getRuntime().maxMemory() / PART_FOR_BOUND / BYTES_FOR_BOUND;
    return trace.length() <= Math.min(MOST_FOR_BOUND, fits);
  }

  /**
   * One row for each policy and size, those of a size together, and the bound of that size last.
   */
  public List<Row> run(List<DiskSize> sizes, Progress progress) {
    List<Row> rows = new ArrayList<>();
    for (Policy policy : Policy.values()) {
      if (!policy.bounded()) {
        rows.add(replay(policy, Optional.empty(), progress));
      }
    }
    for (DiskSize size : sizes) {
      Optional<Row> bound = hasBound() ? Optional.of(bound(size, progress)) : Optional.empty();
      for (Policy policy : Policy.values()) {
        if (policy.bounded()) {
          rows.add(replay(policy, Optional.of(size), progress).compared(bound));
        }
      }
      bound.map(row -> row.compared(bound)).ifPresent(rows::add);
    }
    return rows;
  }

  private Row replay(Policy policy, Optional<DiskSize> size, Progress progress) {
    String disk = size.map(DiskSize::label).orElse("");
    String name = "%s %s".formatted(policy.label(), disk).strip();
    Clock clock = new Clock();
    double[] perGib = new double[trace.blobs()];
    MissCost<Integer> cost = (blob, bytes) -> MissCost.ofUpstream(perGib[blob], bytes);
    List<SimulatedDisk> disks = new ArrayList<>();
    for (int i = 0; i < groups; i++) {
      long footprint = footprints[i];
      disks.add(policy.disk(size.map(each -> each.bytes(footprint)).orElse(0L), cost, clock));
    }
    Tally tally = new Tally();
    long before = 0;
    for (int i = 0; i < trace.length(); i++) {
      clock.second = trace.second(i);
      if (i == warm) {
        before = written(disks);
      }
      SimulatedDisk each = disks.get(group(i));
      if (trace.isManifest(i)) {
        each.served(trace.manifest(i));
      } else {
        int blob = trace.blob(i);
        long bytes = trace.size(blob);
        perGib[blob] = prices[trace.upstream(i)];
        boolean hit = each.asked(boxed[blob], bytes);
        if (i >= warm) {
          tally.add(bytes, perGib[blob] * bytes / GIB, hit);
        }
      }
      if ((i & 0xffff) == 0) {
        progress.reached(name, (double) i / trace.length());
      }
    }
    return new Row(
        policy.label(),
        disk,
        tally.objectHitRatio(),
        tally.byteHitRatio(),
        tally.moneyHitRatio(),
        written(disks) - before,
        Row.Bill.ofEgress(tally.missMoney() / months),
        null);
  }

  private static long written(List<SimulatedDisk> disks) {
    return disks.stream().mapToLong(SimulatedDisk::written).sum();
  }

  private Row bound(DiskSize size, Progress progress) {
    String name = "clairvoyant bound " + size.label();
    double objects = 0;
    double bytes = 0;
    double money = 0;
    double requested = 0;
    double all = 0;
    double whole = 0;
    boolean optimal = true;
    for (int group = 0; group < groups; group++) {
      progress.reached(name, (double) group / groups);
      Requests of = requests(group);
      Clairvoyant best =
          new Clairvoyant(
              of.blobs(),
              of.sizes(),
              of.prices(),
              of.counted(),
              trace.blobs(),
              size.bytes(footprints[group]));
      objects += best.objects();
      bytes += best.bytes();
      money += best.money();
      optimal &= best.isOptimal();
      for (int i = of.counted(); i < of.blobs().length; i++) {
        requested++;
        all += of.sizes()[i];
        whole += of.prices()[i];
      }
    }
    return new Row(
        optimal ? "clairvoyant" : "clairvoyant bound",
        size.label(),
        requested == 0 ? 0 : objects / requested,
        all == 0 ? 0 : bytes / all,
        whole == 0 ? 0 : money / whole,
        0,
        Row.Bill.ofEgress(Math.max(0, whole - money) / months),
        null);
  }

  /** Those for blobs that one disk gets. */
  private record Requests(int[] blobs, long[] sizes, double[] prices, int counted) {}

  private Requests requests(int group) {
    int[] blobs = new int[trace.length()];
    long[] sizes = new long[trace.length()];
    double[] costs = new double[trace.length()];
    int count = 0;
    int counted = 0;
    for (int i = 0; i < trace.length(); i++) {
      if (i == warm) {
        counted = count;
      }
      if (!trace.isManifest(i) && group(i) == group) {
        blobs[count] = trace.blob(i);
        sizes[count] = trace.size(blobs[count]);
        costs[count] = prices[trace.upstream(i)] * sizes[count] / GIB;
        count++;
      }
    }
    return new Requests(
        Arrays.copyOf(blobs, count),
        Arrays.copyOf(sizes, count),
        Arrays.copyOf(costs, count),
        counted);
  }

  private int group(int at) {
    return merged ? 0 : trace.cluster(at);
  }

  private static final class Clock implements InstantSource {
    private long second;

    @Override
    public Instant instant() {
      return Instant.ofEpochSecond(second);
    }

    @Override
    public long millis() {
      return second * 1000;
    }
  }
}
