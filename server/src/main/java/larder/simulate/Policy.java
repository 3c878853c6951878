package larder.simulate;

import java.time.Duration;
import java.time.InstantSource;
import larder.policy.GdsfCost;
import larder.policy.LeastRecentlyUsed;
import larder.policy.MissCost;
import larder.policy.S3Fifo;
import larder.simulate.Trace.Manifest;

/** What is compared. */
public enum Policy {
  NONE("no cache", false) {
    @Override
    SimulatedDisk disk(long capacity, MissCost<Integer> cost, InstantSource clock) {
      return new NoDisk();
    }
  },
  TTL_7("ttl-7d", false) {
    @Override
    SimulatedDisk disk(long capacity, MissCost<Integer> cost, InstantSource clock) {
      return new TimeToLiveDisk(Duration.ofDays(7), clock);
    }
  },
  TTL_30("ttl-30d", false) {
    @Override
    SimulatedDisk disk(long capacity, MissCost<Integer> cost, InstantSource clock) {
      return new TimeToLiveDisk(Duration.ofDays(30), clock);
    }
  },
  LRU("lru", true) {
    @Override
    SimulatedDisk disk(long capacity, MissCost<Integer> cost, InstantSource clock) {
      return new OrderedDisk(capacity, new LeastRecentlyUsed<>(), _ -> {});
    }
  },
  S3_FIFO("s3-fifo", true) {
    @Override
    SimulatedDisk disk(long capacity, MissCost<Integer> cost, InstantSource clock) {
      return new OrderedDisk(capacity, new S3Fifo<>(), _ -> {});
    }
  },
  CAFFEINE("caffeine", true) {
    @Override
    SimulatedDisk disk(long capacity, MissCost<Integer> cost, InstantSource clock) {
      return new CaffeineDisk(capacity);
    }
  },
  GDSF_COST_BLIND("gdsf-cost, no manifests", true) {
    @Override
    SimulatedDisk disk(long capacity, MissCost<Integer> cost, InstantSource clock) {
      return new OrderedDisk(capacity, new GdsfCost<>(cost, clock), _ -> {});
    }
  },
  GDSF_COST("gdsf-cost", true) {
    @Override
    SimulatedDisk disk(long capacity, MissCost<Integer> cost, InstantSource clock) {
      GdsfCost<Integer> order = new GdsfCost<>(cost, clock);
      return new OrderedDisk(capacity, order, m -> served(order, m));
    }
  };

  private final String label;
  private final boolean bounded;

  Policy(String label, boolean bounded) {
    this.label = label;
    this.bounded = bounded;
  }

  /** As shown. */
  public String label() {
    return label;
  }

  /** Whether the size of the disk matters. */
  boolean bounded() {
    return bounded;
  }

  abstract SimulatedDisk disk(long capacity, MissCost<Integer> cost, InstantSource clock);

  private static void served(GdsfCost<Integer> order, Manifest manifest) {
    order.served(manifest.tag(), manifest.digest(), manifest.layers());
  }
}
