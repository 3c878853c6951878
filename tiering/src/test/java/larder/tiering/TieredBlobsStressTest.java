package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many clients, random ranges and disconnects, sources that break: all bytes are right. */
@Timeout(300)
class TieredBlobsStressTest {
  private static final int CLIENTS = 64;
  private static final int TINY = 100;
  private static final int LARGE = 5;

  @TempDir private Path directory;

  @Test
  void inATierThatIsLargeEnoughEachByteIsFetchedOnce() throws Exception {
    run(30, 64L * 1024 * 1024, false);
  }

  @Test
  void inASmallTierThatEvictsAllTheTime() throws Exception {
    run(30, 3_000_000, true);
  }

  @Test
  @Tag("slow")
  void bothForLonger() throws Exception {
    run(400, 64L * 1024 * 1024, false);
    run(400, 3_000_000, true);
  }

  private static List<Contents> blobs(Random random) {
    List<Contents> blobs = new ArrayList<>();
    for (int i = 0; i < TINY; i++) {
      blobs.add(Contents.of(random.nextInt(3000), random.nextLong()));
    }
    for (int i = 0; i < LARGE; i++) {
      blobs.add(Contents.of(500_000 + random.nextInt(1_500_000), random.nextLong()));
    }
    return blobs;
  }

  /** A source that breaks one answer in five, half of these before the first byte. */
  private static FakeSource weak(Contents contents) {
    return new FakeSource(
        contents.bytes(),
        (_, offset, bytes) -> {
          ThreadLocalRandom random = ThreadLocalRandom.current();
          if (random.nextInt(10) == 0) {
            throw new SourceException.Unavailable("down for once", null);
          }
          return random.nextInt(9) == 0
              ? FakeSource.breaking(offset, bytes, random.nextInt(bytes.length - (int) offset + 1))
              : FakeSource.whole(offset, bytes);
        });
  }

  private void run(int pulls, long capacity, boolean small) throws Exception {
    long seed = System.nanoTime();
    System.out.println("TieredBlobsStressTest seed " + seed);
    List<Contents> blobs = blobs(new Random(seed));
    List<FakeSource> sources = blobs.stream().map(TieredBlobsStressTest::weak).toList();
    AtomicInteger cut = new AtomicInteger();
    AtomicLong most = new AtomicLong();
    try (Pantry pantry = Pantry.of(directory, capacity)) {
      List<Future<Integer>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Random random = new Random(seed + i);
        clients.add(
            pantry.start(() -> {
              for (int pull = 0; pull < pulls; pull++) {
                int which = random.nextInt(blobs.size());
                if (!pull(pantry, blobs.get(which), sources.get(which), random)) {
                  cut.incrementAndGet();
                }
                most.accumulateAndGet(pantry.tier.used(), Math::max);
              }
              return 0;
            }));
      }
      for (Future<Integer> client : clients) {
        assertThat(client.get()).as("seed %d", seed).isZero();
      }
      assertThat(most.get()).as("seed %d: most charged", seed).isLessThanOrEqualTo(capacity);
      long read = sources.stream().mapToLong(FakeSource::bytesRead).sum();
      long asked = 0;
      for (int i = 0; i < blobs.size(); i++) {
        asked += sources.get(i).opened().isEmpty() ? 0 : blobs.get(i).bytes().length;
      }
      System.out.printf(
          "  %d pulls, %d failed, %d blob bytes, %d read from sources, %d evictions, most %d of %d%n",
          CLIENTS * pulls,
          cut.get(),
          asked,
          read,
          pantry.events.stream().filter(Event.Evicted.class::isInstance).count(),
          most.get(),
          capacity);
      if (small) {
        assertThat(pantry.events).as("seed %d", seed).anyMatch(Event.Evicted.class::isInstance);
      } else {
        assertThat((double) read / asked).as("seed %d", seed).isLessThanOrEqualTo(1.02);
      }
      assertThat(cut.get()).as("seed %d: failed", seed).isLessThan(CLIENTS * pulls / 50);
      pantry.clock.advance(TieredBlobs.PARKED.multipliedBy(2));
      while (pantry.blobs.fills() > 0) {
        pantry.blobs.tidy();
        Thread.onSpinWait();
      }
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .as("threads left")
        .noneMatch(thread -> thread.getName().startsWith("disk-scan"));
  }

  /** Pulls a whole or a part, or leaves in the middle; false when it was refused or cut. */
  private static boolean pull(Pantry pantry, Contents contents, FakeSource source, Random random)
      throws IOException {
    int size = contents.bytes().length;
    int from = random.nextInt(3) == 0 ? random.nextInt(size + 1) : 0;
    int length = from == 0 && random.nextBoolean() ? size : random.nextInt(size - from + 1);
    int leave = random.nextInt(5) == 0 ? random.nextInt(length + 1) : Integer.MAX_VALUE;
    var out = new ByteArrayOutputStream();
    boolean whole = false;
    try (Blob blob = pantry.blobs.open(contents.key(), from, List.of(source, source))) {
      blob.transferTo(new ByteRange(from, length), leaving(out, leave));
      whole = true;
    } catch (IOException e) {
      whole = out.size() >= leave;
    }
    byte[] got = out.toByteArray();
    assertThat(Arrays.equals(got, Arrays.copyOfRange(contents.bytes(), from, from + got.length)))
        .as("bytes %d to %d of %d", from, from + got.length, size)
        .isTrue();
    return whole;
  }

  private static WritableByteChannel leaving(ByteArrayOutputStream out, int after) {
    return new WritableByteChannel() {
      @Override
      public int write(ByteBuffer bytes) throws IOException {
        if (out.size() >= after) {
          throw new IOException("the client has left");
        }
        int length = Math.min(bytes.remaining(), after - out.size());
        byte[] copy = new byte[length];
        bytes.get(copy);
        out.writeBytes(copy);
        return length;
      }

      @Override
      public boolean isOpen() {
        return true;
      }

      @Override
      public void close() {}
    };
  }
}
