package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be kept is streamed through, and is right all the same. */
@Timeout(60)
class NoRoomTest {
  private static final int CAPACITY = 2_000_000;

  @TempDir private Path directory;
  private Pantry pantry;

  @BeforeEach
  void open() throws IOException {
    pantry = Pantry.of(directory, CAPACITY);
  }

  @AfterEach
  void close() throws IOException {
    assertThat(pantry.tier.used()).isLessThanOrEqualTo(CAPACITY);
    pantry.close();
  }

  @Test
  void withoutRoomEachReaderCostsARead() throws Exception {
    Contents large = Contents.of(CAPACITY + 1, 1);
    Tap tap = new Tap(Long.MAX_VALUE);
    CyclicBarrier all = new CyclicBarrier(10);
    FakeSource source =
        new FakeSource(
            large.bytes(),
            (_, offset, bytes) ->
                new Source.Answer(
                    OptionalLong.of(bytes.length), offset, tap.on(FakeSource.from(offset, bytes))));
    List<Future<byte[]>> readers =
        pantry.start(
            10,
            () -> {
              all.await();
              return pantry.read(large.key(), source);
            });
    for (Future<byte[]> reader : readers) {
      assertThat(reader.get()).isEqualTo(large.bytes());
    }
    // Whoever begins a fill that finds no room reads on what it has begun.
    assertThat(source.opened()).hasSize(10);
    assertThat(source.bytesRead()).isEqualTo(10L * large.bytes().length);
    awaitClosed(tap, 10);
    assertThat(pantry.outcomes()).containsOnly(Event.Outcome.DECLINED);
  }

  @Test
  void aDownloadBegunForNoOneIsClosed() throws Exception {
    Contents large = Contents.of(CAPACITY + 1, 2);
    Tap tap = new Tap(Long.MAX_VALUE);
    FakeSource source =
        new FakeSource(
            large.bytes(),
            (_, offset, bytes) ->
                new Source.Answer(
                    OptionalLong.of(bytes.length), offset, tap.on(FakeSource.from(offset, bytes))));
    assertThat(pantry.read(large.key(), new ByteRange(500, 100), source))
        .isEqualTo(Arrays.copyOfRange(large.bytes(), 500, 600));
    assertThat(source.opened()).containsExactly(0L, 500L);
    awaitClosed(tap, 2);
  }

  @Test
  void aRangeBeyondTheEndIsFoundOutWithoutAskingForIt() throws Exception {
    Contents large = Contents.of(CAPACITY + 1, 20);
    FakeSource source = strict(large);
    for (long from : new long[] {CAPACITY + 1, CAPACITY + 100}) {
      try (Blob blob = pantry.blobs.open(large.key(), from, List.of(source))) {
        assertThat(blob.size()).hasValue(CAPACITY + 1);
      }
    }
    assertThat(source.opened()).containsOnly(0L);
  }

  @Test
  void aBreakAtTheFirstByteIsTroubleOfOpening() {
    Contents large = Contents.of(CAPACITY + 1, 21);
    for (long from : new long[] {0, 500}) {
      FakeSource broken =
          new FakeSource(
              large.bytes(),
              (attempt, offset, bytes) ->
                  attempt == 0
                      ? FakeSource.breaking(offset, bytes, 1)
                      : FakeSource.breaking(offset, bytes, 0));
      assertThatThrownBy(() -> pantry.blobs.open(large.key(), from, List.of(broken)))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aWrongBodyOfWhichNothingWasSentIsTakenFromTheNextSource() throws Exception {
    pantry.spool =
        () -> {
          throw new IOException("Read-only file system");
        };
    for (int size : new int[] {1, Progress.TAIL - 1}) {
      Contents contents = Contents.of(size, 22);
      byte[] wrong = contents.bytes().clone();
      wrong[0] ^= 1;
      byte[] longer = Arrays.copyOf(contents.bytes(), size + 1);
      FakeSource good = strict(contents);
      assertThat(pantry.read(contents.key(), new FakeSource(wrong), new FakeSource(longer), good))
          .isEqualTo(contents.bytes());
      FakeSource only = new FakeSource(wrong);
      assertThatThrownBy(() -> pantry.blobs.open(contents.key(), 0, List.of(only)))
          .isInstanceOf(CorruptBlobException.class);
      assertThat(only.opened()).as("as a fill does").containsExactly(0L, 0L);
    }
  }

  /** One that refuses what lies beyond the end, as registries do. */
  private static FakeSource strict(Contents contents) {
    return new FakeSource(
        contents.bytes(),
        (_, offset, bytes) -> {
          if (offset >= bytes.length) {
            throw new SourceException.Unavailable("416", null);
          }
          return FakeSource.whole(offset, bytes);
        });
  }

  @Test
  @Timeout(60)
  void whatIsBeingReadIsNotEvictedForOthers() throws Exception {
    Contents pinned = Contents.of(CAPACITY, 3);
    pantry.read(pinned.key(), new FakeSource(pinned.bytes()));
    awaitFills();
    Contents other = Contents.of(1000, 4);
    try (Blob open = pantry.blobs.open(pinned.key(), 0, List.of())) {
      assertThat(pantry.read(other.key(), new FakeSource(other.bytes()))).isEqualTo(other.bytes());
      awaitFills();
      assertThat(pantry.tier.holds(other.key())).isFalse();
      var out = new ByteArrayOutputStream();
      open.transferTo(ByteRange.all(CAPACITY), Channels.newChannel(out));
      assertThat(out.toByteArray()).isEqualTo(pinned.bytes());
    }
    // The fill that made it lets go of it after it is counted no more.
    while (!pantry.tier.holds(other.key())) {
      assertThat(pantry.read(other.key(), new FakeSource(other.bytes()))).isEqualTo(other.bytes());
      awaitFills();
    }
    assertThat(pantry.tier.holds(pinned.key())).isFalse();
  }

  @Test
  void whatAReaderOfAFinishedFillHasOpenStaysCharged() throws Exception {
    Contents first = Contents.of(CAPACITY, 5);
    Contents other = Contents.of(CAPACITY, 6);
    Tap tap = new Tap(500_000);
    FakeSource slow =
        new FakeSource(
            first.bytes(),
            (_, offset, bytes) ->
                new Source.Answer(
                    OptionalLong.of(bytes.length), offset, tap.on(FakeSource.from(offset, bytes))));
    try (Blob open = pantry.blobs.open(first.key(), 0, List.of(slow))) {
      assertThat(open.origin()).isEqualTo(Origin.FILL);
      tap.open();
      awaitFills();
      assertThat(pantry.tier.holds(first.key())).isTrue();
      assertThat(pantry.read(other.key(), new FakeSource(other.bytes()))).isEqualTo(other.bytes());
      assertThat(pantry.tier.holds(other.key())).as("would need twice the capacity").isFalse();
    }
    pantry.read(other.key(), new FakeSource(other.bytes()));
    awaitFills();
    assertThat(pantry.tier.holds(other.key())).isTrue();
  }

  @Test
  void aDiskThatFillsUpMidwayLetsEveryReaderGoOnAtItsByte() throws Exception {
    for (int limit : new int[] {0, 1, 70_000, 300_000, 999_999}) {
      for (OptionalLong said : List.of(OptionalLong.of(1_000_000), OptionalLong.empty())) {
        AtomicLong left = new AtomicLong(limit);
        pantry.watch(full(left));
        Contents contents = Contents.of(1_000_000, limit + said.orElse(7));
        FakeSource source =
            new FakeSource(
                contents.bytes(),
                (_, offset, bytes) ->
                    new Source.Answer(said, offset, FakeSource.from(offset, bytes)));
        List<Future<byte[]>> whole = pantry.start(5, () -> pantry.read(contents.key(), source));
        ByteRange part = new ByteRange(123_456, 654_321);
        List<Future<byte[]>> parts =
            pantry.start(5, () -> pantry.read(contents.key(), part, source));
        for (Future<byte[]> reader : whole) {
          assertThat(reader.get()).as("after %d bytes", limit).isEqualTo(contents.bytes());
        }
        for (Future<byte[]> reader : parts) {
          assertThat(reader.get())
              .isEqualTo(Arrays.copyOfRange(contents.bytes(), 123_456, (int) part.end()));
        }
      }
    }
    while (pantry.tier.used() > 0) {
      Thread.onSpinWait(); // until the last fill has left too
    }
  }

  @Test
  void aWrongBodyOnAFullDiskIsNeverWhole() throws Exception {
    for (int limit : new int[] {0, 300_000, 990_000}) {
      Contents contents = Contents.of(1_000_000, 60 + limit);
      byte[] wrong = contents.bytes().clone();
      wrong[100_000] ^= 1;
      pantry.watch(full(new AtomicLong(limit)));
      var out = new ByteArrayOutputStream();
      assertThatThrownBy(
              () -> {
                try (Blob blob =
                    pantry.blobs.open(contents.key(), 0, List.of(new FakeSource(wrong)))) {
                  blob.transferTo(ByteRange.all(1_000_000), Channels.newChannel(out));
                }
              })
          .isInstanceOf(CorruptBlobException.class);
      assertThat(out.size()).isLessThanOrEqualTo(1_000_000 - Progress.TAIL);
    }
  }

  @Test
  void aFullDiskIsMadeRoomOnAndTheFillGoesOn() throws Exception {
    Contents old = Contents.of(900_000, 8);
    pantry.read(old.key(), new FakeSource(old.bytes()));
    awaitFills();
    AtomicLong left = new AtomicLong(300_000);
    pantry.watch(bytes -> {
      if (!pantry.tier.holds(old.key())) {
        left.set(Long.MAX_VALUE);
      }
      return full(left).take(bytes);
    });
    Contents fresh = Contents.of(900_000, 9);
    FakeSource source = new FakeSource(fresh.bytes());
    assertThat(pantry.read(fresh.key(), source)).isEqualTo(fresh.bytes());
    awaitFills();
    assertThat(pantry.tier.holds(fresh.key())).isTrue();
    assertThat(pantry.tier.holds(old.key())).isFalse();
    assertThat(source.opened()).containsExactly(0L);
  }

  @Test
  void aBrokenDiskIsNotEmptiedForNothing() throws Exception {
    Contents old = Contents.of(900_000, 10);
    pantry.read(old.key(), new FakeSource(old.bytes()));
    awaitFills();
    pantry.watch(_ -> {
      throw new IOException("Input/output error");
    });
    Contents fresh = Contents.of(900_000, 11);
    assertThat(pantry.read(fresh.key(), new FakeSource(fresh.bytes()))).isEqualTo(fresh.bytes());
    assertThat(pantry.tier.holds(old.key())).isTrue();
  }

  @Test
  void aBugBelowTheSpoolEndsTheFill() throws Exception {
    pantry.watch(_ -> {
      throw new IllegalStateException("a bug in the disk");
    });
    Contents contents = Contents.of(900_000, 12);
    assertThatThrownBy(() -> pantry.read(contents.key(), new FakeSource(contents.bytes())))
        .isInstanceOf(IOException.class);
    pantry.spool = pantry.files;
    assertThat(pantry.read(contents.key(), new FakeSource(contents.bytes())))
        .isEqualTo(contents.bytes());
  }

  /** The last to leave a fill may be its writing side. */
  private static void awaitClosed(Tap tap, int answers) {
    while (tap.closed() < answers) {
      Thread.onSpinWait();
    }
    assertThat(tap.closed()).isEqualTo(answers);
  }

  private void awaitFills() {
    while (pantry.blobs.fills() > 0) {
      Thread.onSpinWait();
    }
  }

  private static WatchedChannel.Watch full(AtomicLong left) {
    return bytes -> {
      int take = (int) Math.min(bytes, left.get());
      if (take == 0) {
        throw new IOException("No space left on device");
      }
      left.addAndGet(-take);
      return take;
    };
  }
}
