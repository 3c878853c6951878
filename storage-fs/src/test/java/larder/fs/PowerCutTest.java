package larder.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import larder.tiering.BlobKey;
import larder.tiering.BlobStore.StoredBlob;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** After a power cut at any point: what is trusted is right, and what was safe is there. */
final class PowerCutTest {

  @Property(tries = 300)
  void whatIsTrustedIsRight(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    try (QuietLog _ = new QuietLog();
        ScratchFolder root = ScratchFolder.make();
        PowerCutDisk disk = new PowerCutDisk()) {
      Lives lives = new Lives(disk, root.path(), random);
      for (int life = 0; life < 4; life++) {
        lives.live();
        disk.cut(root.path(), random);
      }
    }
  }

  /** One directory, and the larders that use it one after the other. */
  private static final class Lives {
    private final Map<BlobKey, byte[]> blobs = new HashMap<>();
    private final Set<BlobKey> safe = new HashSet<>();
    private final PowerCutDisk disk;
    private final Path root;
    private final Random random;

    Lives(PowerCutDisk disk, Path root, Random random) {
      this.disk = disk;
      this.root = root;
      this.random = random;
    }

    void live() throws Exception {
      try (OpenDirectory open = OpenDirectory.open(root, disk)) {
        check(open);
        if (random.nextBoolean()) {
          disk.failAfter(random.nextInt(60));
        }
        int steps = random.nextInt(12);
        for (int step = 0; step < steps && !disk.failed(); step++) {
          step(open);
        }
        if (random.nextInt(4) > 0) {
          disk.failAfter(0);
        }
      } catch (IOException e) {
        assertThat(disk.failed()).as("the power is off when this happens: " + e).isTrue();
      }
    }

    /** Does what a tier does with what it finds: hashes what is not trusted. */
    private void check(OpenDirectory open) throws IOException {
      for (Map.Entry<BlobKey, byte[]> entry : blobs.entrySet()) {
        BlobKey key = entry.getKey();
        Optional<StoredBlob> found = open.store().find(key);
        boolean trusted = found.isPresent() && found.get().trusted();
        if (safe.contains(key)) {
          assertThat(trusted).as("%s was safe and is trusted", key).isTrue();
        }
        if (found.isEmpty()) {
          continue;
        }
        try (StoredBlob blob = found.get()) {
          boolean right = Arrays.equals(open.read(key), entry.getValue());
          if (trusted) {
            assertThat(right).as("%s is trusted and right", key).isTrue();
          } else if (right) {
            blob.trust();
          } else {
            open.store().remove(key);
          }
        }
      }
    }

    private void step(OpenDirectory open) throws Exception {
      List<BlobKey> known = new ArrayList<>(blobs.keySet());
      switch (known.isEmpty() ? 0 : random.nextInt(6)) {
        case 0, 1, 2 -> {
          byte[] bytes = new byte[1 + random.nextInt(300)];
          random.nextBytes(bytes);
          put(open, bytes);
        }
        case 3 -> put(open, List.copyOf(blobs.values()).get(random.nextInt(known.size())));
        case 4 -> {
          BlobKey key = known.get(random.nextInt(known.size()));
          safe.remove(key);
          open.store().remove(key);
        }
        default -> {
          Set<BlobKey> held = new HashSet<>();
          open.store().forEach((key, _, _) -> held.add(key));
          for (BlobKey key : List.copyOf(held)) {
            if (!open.trusts(key)) {
              held.remove(key);
            }
          }
          open.store().awaitDurable();
          if (!disk.failed()) {
            safe.addAll(held);
          }
        }
      }
    }

    private void put(OpenDirectory open, byte[] bytes) throws IOException {
      BlobKey key = OpenDirectory.keyOf(bytes);
      safe.remove(key);
      blobs.put(key, bytes);
      open.put(bytes);
    }
  }
}
