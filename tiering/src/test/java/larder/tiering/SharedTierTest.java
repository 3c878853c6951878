package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a place that keeps copies gives, and what becomes of readers when it does not. */
class SharedTierTest {
  private static final int SIZE = 1_000_000;

  @TempDir private Path directory;
  private final Contents contents = Contents.of(SIZE, 1);
  private final byte[] bytes = contents.bytes();
  private final FakeSource home = new FakeSource(bytes);
  private Pantry pantry;

  @BeforeEach
  void open() throws IOException {
    pantry = Pantry.of(directory, 10_000_000);
  }

  @AfterEach
  void close() throws IOException {
    pantry.close();
  }

  /** A place with copies that answers so. */
  private static final class Copies implements Source {
    final FakeSource source;
    final AtomicInteger wrong = new AtomicInteger();

    Copies(byte[] bytes, FakeSource.Behaviour behaviour) {
      this.source = new FakeSource(bytes, behaviour);
    }

    @Override
    public String name() {
      return "copies";
    }

    @Override
    public boolean keepsCopies() {
      return true;
    }

    @Override
    public void wasWrong() {
      wrong.incrementAndGet();
    }

    @Override
    public Answer open(long offset) throws IOException {
      return source.open(offset);
    }
  }

  private Copies copies(FakeSource.Behaviour behaviour) {
    Copies copies = new Copies(bytes, behaviour);
    pantry.shared.copies = List.of(copies);
    return copies;
  }

  private Copies wholeCopies() {
    return copies((attempt, offset, all) -> FakeSource.whole(offset, all));
  }

  private void assertRead() throws IOException {
    assertThat(pantry.read(contents.key(), home)).isEqualTo(bytes);
  }

  /** What a reader has got may not be in the tier yet. */
  private void awaitResident(BlobKey key) throws InterruptedException {
    await(() -> pantry.blobs.fills() == 0 && pantry.tier.holds(key));
  }

  private void assertFetched() throws InterruptedException {
    await(() -> !pantry.shared.fetched.isEmpty());
    assertThat(pantry.shared.fetched).hasSize(1);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("nothing became of it").isLessThan(end);
      Thread.sleep(1);
    }
  }

  @Test
  void aCopySparesTheHome() throws Exception {
    Copies copies = wholeCopies();
    assertRead();
    awaitResident(contents.key());
    assertRead();
    assertThat(copies.source.opened()).containsExactly(0L);
    assertThat(home.opened()).isEmpty();
    assertThat(pantry.tier.blobs()).isEqualTo(1);
    assertThat(pantry.shared.fetched).isEmpty();
  }

  @Test
  void whatHasNoCopyComesFromHomeAndIsToldOf() throws Exception {
    Copies copies =
        copies((attempt, offset, all) -> {
          throw new SourceException.Unknown("no copy");
        });
    assertRead();
    awaitResident(contents.key());
    assertThat(copies.source.opened()).containsExactly(0L);
    assertThat(home.opened()).containsExactly(0L);
    assertFetched();
  }

  @Test
  void thatOneMayNotHaveACopyIsNoAnswer() throws Exception {
    copies((attempt, offset, all) -> {
      throw new SourceException.Denied("no right");
    });
    assertRead();
  }

  @Test
  void whatIsNowhereIsUnknown() {
    copies((attempt, offset, all) -> {
      throw new SourceException.Unknown("no copy");
    });
    FakeSource nothing =
        new FakeSource(
            bytes,
            (attempt, offset, all) -> {
              throw new SourceException.Unknown("unknown at home");
            });
    assertThatThrownBy(() -> pantry.read(contents.key(), nothing))
        .isInstanceOf(SourceException.Unknown.class)
        .hasMessage("unknown at home");
    assertThat(nothing.opened()).hasSize(1);
  }

  @Test
  void aSilentPlaceIsAskedOnce() throws Exception {
    Copies copies =
        copies((attempt, offset, all) -> {
          throw new SocketTimeoutException("silent");
        });
    assertRead();
    assertThat(copies.source.opened()).hasSize(1);
    assertThat(home.opened()).containsExactly(0L);
  }

  @Test
  void aCutConnectionIsNotTheEndOfACopy() throws Exception {
    Copies copies =
        copies((attempt, offset, all) ->
            attempt == 0
                ? FakeSource.breaking(offset, all, 400_000)
                : FakeSource.whole(offset, all));
    assertRead();
    assertThat(copies.source.opened()).containsExactly(0L, 400_000L);
    assertThat(home.opened()).isEmpty();
    assertThat(pantry.shared.fetched).isEmpty();
  }

  @Test
  void whereACopyBreaksForGoodTheHomeGoesOnAtThatByte() throws Exception {
    Copies copies =
        copies((attempt, offset, all) -> {
          if (attempt > 0) {
            throw new IOException("connection refused");
          }
          return FakeSource.breaking(offset, all, 400_000);
        });
    assertRead();
    assertThat(copies.source.opened()).hasSizeBetween(2, 3);
    assertThat(home.opened()).containsExactly(400_000L);
  }

  @Test
  void aSmallWrongCopyReachesNobody() throws Exception {
    Contents small = Contents.of(50_000, 2);
    FakeSource there = new FakeSource(small.bytes());
    byte[] bad = small.bytes().clone();
    bad[25_000] ^= 1;
    Copies copies = copies((attempt, offset, all) -> FakeSource.whole(offset, bad));
    assertThat(pantry.read(small.key(), there)).isEqualTo(small.bytes());
    assertThat(copies.wrong).hasValue(1);
    assertThat(copies.source.opened()).hasSize(1);
    assertThat(there.opened()).containsExactly(0L);
    awaitResident(small.key());
    assertFetched();
  }

  /**
   * Its end is held back, so nobody ever has a whole one; who has nothing yet when it is found out
   * gets the right one.
   */
  private void assertCutAndThenRight() throws Exception {
    try {
      assertRead();
    } catch (CorruptBlobException cut) {
      assertThat(cut).hasMessageContaining("sent other bytes");
    }
    awaitResident(contents.key());
    assertRead();
    assertFetched();
    assertThat(pantry.outcomes()).containsExactly(Event.Outcome.CORRUPT, Event.Outcome.KEPT);
  }

  @Test
  void ofALargeWrongCopyAReaderIsCut() throws Exception {
    byte[] bad = bytes.clone();
    bad[500_000] ^= 1;
    Copies copies = copies((attempt, offset, all) -> FakeSource.whole(offset, bad));
    assertCutAndThenRight();
    assertThat(copies.wrong).hasValue(1);
    assertThat(home.opened()).containsExactly(0L);
  }

  @ParameterizedTest
  @ValueSource(ints = {70_000, SIZE - 1, SIZE + 1})
  void ofAShortOrLongCopyToo(int size) throws Exception {
    byte[] bad = Arrays.copyOf(bytes, size);
    Copies copies = copies((attempt, offset, all) -> FakeSource.whole(offset, bad));
    assertCutAndThenRight();
    assertThat(copies.wrong).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_000})
  void aCopyWithoutMostOfItsBytesReachesNobody(int size) throws Exception {
    byte[] bad = Arrays.copyOf(bytes, size);
    Copies copies = copies((attempt, offset, all) -> FakeSource.whole(offset, bad));
    assertRead();
    assertThat(copies.wrong).hasValue(1);
  }

  @Test
  void theHomeIsNotBlamedForTheFirstHalfOfAWrongCopy() throws Exception {
    byte[] bad = bytes.clone();
    bad[1] ^= 1;
    copies((attempt, offset, all) -> {
      if (attempt > 0) {
        throw new SourceException.Unknown("gone meanwhile");
      }
      return FakeSource.breaking(offset, bad, 400_000);
    });
    assertCutAndThenRight();
    assertThat(home.opened()).containsExactly(400_000L, 0L);
  }

  /** Leaves no room that would not have to be made. */
  private void fillTier() throws Exception {
    List<Source> copies = pantry.shared.copies;
    pantry.shared.copies = List.of();
    for (int i = 0; i < 12; i++) {
      Contents other = Contents.of(SIZE, 100 + i);
      assertThat(pantry.read(other.key(), new FakeSource(other.bytes()))).hasSize(SIZE);
      awaitResident(other.key());
    }
    pantry.shared.copies = copies;
    pantry.shared.fetched.clear();
  }

  private Origin readAndTell() throws IOException {
    var out = new ByteArrayOutputStream();
    try (Blob blob = pantry.blobs.open(contents.key(), 0, List.of(home))) {
      blob.transferTo(Pantry.all(blob), Channels.newChannel(out));
      assertThat(out.toByteArray()).isEqualTo(bytes);
      return blob.origin();
    }
  }

  @Test
  void whereRoomWouldHaveToBeMadeTheSecondAccessIsTheFirstThatTakesIt() throws Exception {
    fillTier();
    Copies copies = wholeCopies();
    assertThat(readAndTell()).isEqualTo(Origin.BUCKET);
    assertThat(pantry.tier.holds(contents.key())).isFalse();
    pantry.clock.advance(Duration.ofDays(6));
    assertThat(readAndTell()).isIn(Origin.FILL, Origin.DISK); // as the fill is quick
    awaitResident(contents.key());
    assertThat(copies.source.opened()).containsExactly(0L, 0L);
    assertThat(home.opened()).isEmpty();
  }

  @Test
  void aWrongCopyThatIsNotWorthRoomIsToldOfToo() throws Exception {
    fillTier();
    byte[] bad = bytes.clone();
    bad[500_000] ^= 1;
    Copies copies = copies((attempt, offset, all) -> FakeSource.whole(offset, bad));
    assertThatThrownBy(() -> pantry.read(contents.key(), home))
        .isInstanceOf(CorruptBlobException.class);
    assertThat(copies.wrong).hasValue(1);
  }

  @Test
  void oneThatIsTooLargeForTheTierToo() throws Exception {
    Contents large = Contents.of(11_000_000, 5);
    byte[] bad = large.bytes().clone();
    bad[10_000_000] ^= 1;
    Copies copies = copies((attempt, offset, all) -> FakeSource.whole(offset, bad));
    assertThatThrownBy(() -> pantry.read(large.key(), home))
        .isInstanceOf(CorruptBlobException.class);
    assertThat(copies.wrong).hasValue(1);
  }

  @Test
  void afterSevenDaysAnAccessIsAFirstOneAgain() throws Exception {
    fillTier();
    wholeCopies();
    assertThat(readAndTell()).isEqualTo(Origin.BUCKET);
    pantry.clock.advance(Duration.ofDays(8));
    assertThat(readAndTell()).isEqualTo(Origin.BUCKET);
  }

  @Test
  void whatIsAtHomeOnlyTakesRoomAtOnce() throws Exception {
    fillTier();
    copies((attempt, offset, all) -> {
      throw new SourceException.Unknown("no copy");
    });
    assertThat(readAndTell()).isIn(Origin.FILL, Origin.DISK); // as the fill is quick
    awaitResident(contents.key());
  }

  @Test
  void whatWasEvictedWasAskedForBefore() throws Exception {
    wholeCopies();
    assertThat(readAndTell()).isIn(Origin.FILL, Origin.DISK); // as the fill is quick
    awaitResident(contents.key());
    fillTier();
    assertThat(pantry.tier.holds(contents.key())).isFalse();
    assertThat(readAndTell()).isEqualTo(Origin.FILL);
  }

  @Test
  void morePartsOfOneBlobAreNoSecondAccess() throws Exception {
    fillTier();
    Copies copies = wholeCopies();
    assertThat(pantry.read(contents.key(), new ByteRange(0, 10), home)).hasSize(10);
    for (int i = 1; i < 10; i++) {
      assertThat(pantry.read(contents.key(), new ByteRange(10L * i, 10), home)).hasSize(10);
    }
    assertThat(pantry.tier.holds(contents.key())).isFalse();
    assertThat(copies.source.opened())
        .containsExactly(0L, 10L, 20L, 30L, 40L, 50L, 60L, 70L, 80L, 90L);
    assertThat(home.opened()).isEmpty();
    OptionalLong size = pantry.blobs.sizeOf(contents.key());
    assertThat(size).as("of what is not here").isEmpty();
  }
}
