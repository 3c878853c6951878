package larder.s3;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import larder.bucket.Body;
import larder.bucket.Condemned;
import larder.bucket.ObjectStore.Condition;
import larder.janitor.Janitor;
import larder.lease.Leases;
import larder.tiering.Digest;
import larder.tiering.Events;

/**
 * A process that a test kills or stops while it uploads, or sweeps. It says what it does before it
 * does it, a line each.
 */
final class KillableSweeper {
  static final int PART = 5 << 20;
  static final Duration LEASE = Duration.ofSeconds(15);

  /** Longer than an upload takes here. */
  private static final Duration GRACE = Duration.ofSeconds(20);

  /** Less than none, since a store tells times in seconds: all that is there is old. */
  static final Duration ANY = Duration.ofSeconds(-2);

  private KillableSweeper() {}

  /** What is written to a key that names it. */
  static byte[] bytes(long seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static String key(byte[] bytes) {
    String hex = Digest.of(Digest.Algorithm.SHA256, bytes).hex();
    return "blobs/sha256/" + hex.substring(0, 2) + "/" + hex;
  }

  static S3ObjectStore open(S3Bucket bucket) {
    return S3ObjectStore.open(
        bucket,
        new S3ObjectStore.Limits(16, 16, 1 << 20, 4, PART),
        Events.NONE,
        InstantSource.system());
  }

  static Janitor janitor(S3ObjectStore store, Optional<Leases> leases, Duration grace) {
    Condemned condemned = new Condemned(store, new Random());
    return new Janitor(store, condemned, leases, Duration.ZERO, grace);
  }

  static List<String> arguments(S3Bucket bucket, String what, long seed) {
    S3Bucket.AccessKey key = bucket.key().orElseThrow();
    return List.of(
        what,
        Long.toString(seed),
        bucket.name(),
        bucket.endpoint().orElseThrow().toString(),
        bucket.prefix(),
        key.id(),
        key.secret());
  }

  public static void main(String[] told) throws Exception {
    S3Bucket bucket =
        new S3Bucket(
            told[2],
            Optional.of(URI.create(told[3])),
            "us-east-1",
            told[4],
            Optional.of(new S3Bucket.AccessKey(told[5], told[6])),
            true,
            List.of());
    try (S3ObjectStore store = open(bucket)) {
      if (told[0].equals("upload")) {
        for (int i = 0; i < 3; i++) {
          long seed = Long.parseLong(told[1]) + i;
          Thread.ofPlatform().daemon().start(() -> upload(store, seed));
        }
      }
      sweep(store, told[0].equals("upload") ? GRACE : ANY);
    }
  }

  private static void upload(S3ObjectStore store, long first) {
    for (long seed = first; ; seed += 3) {
      Random random = new Random(seed);
      byte[] bytes = bytes(seed, PART + random.nextInt(2 * PART));
      System.out.println("upload " + key(bytes));
      try {
        var _ = store.put(key(bytes), Body.of(bytes), new Condition.Absent());
      } catch (IOException e) {
        System.out.println("failed " + e);
      }
    }
  }

  private static void sweep(S3ObjectStore store, Duration grace)
      throws IOException, InterruptedException {
    Leases leases =
        new Leases(
            store,
            Optional.empty(),
            LEASE,
            "process " + ProcessHandle.current().pid(),
            new Random(),
            System::nanoTime);
    Janitor janitor = janitor(store, Optional.of(leases), grace);
    while (true) {
      System.out.println("sweep");
      try {
        janitor.sweep().ifPresent(swept -> System.out.println("swept " + swept));
      } catch (IOException e) {
        System.out.println("failed " + e);
      }
      Thread.sleep(100);
    }
  }
}
