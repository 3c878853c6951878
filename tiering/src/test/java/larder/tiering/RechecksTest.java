package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stored blobs of which it is not known whether their bytes are right. */
@Timeout(60)
class RechecksTest {
  @TempDir private Path directory;
  private Pantry pantry;

  @BeforeEach
  void open() throws IOException {
    pantry = Pantry.of(directory, 10_000_000);
  }

  @AfterEach
  void close() throws IOException {
    pantry.close();
  }

  /** Has it resident, and then other bytes in its place that nobody has verified. */
  private void replace(Contents contents, byte[] by) throws IOException {
    pantry.read(contents.key(), new FakeSource(contents.bytes()));
    while (pantry.blobs.fills() > 0) {
      Thread.onSpinWait();
    }
    pantry.memory.putUntrusted(contents.key(), by);
  }

  @Test
  void rightBytesAreServedAndTrustedFromThenOn() throws Exception {
    for (int size : new int[] {0, 1, Progress.TAIL, Progress.TAIL + 1, 1_000_000}) {
      Contents contents = Contents.of(size, 1);
      replace(contents, contents.bytes());
      List<Future<byte[]>> readers = pantry.start(10, () -> pantry.read(contents.key()));
      for (Future<byte[]> reader : readers) {
        assertThat(reader.get()).isEqualTo(contents.bytes());
      }
      try (var blob = pantry.memory.find(contents.key()).orElseThrow()) {
        assertThat(blob.trusted()).isTrue();
      }
    }
  }

  @Test
  void aSmallWrongBlobIsFetchedAnewUnnoticed() throws Exception {
    for (int size : new int[] {1, 1000, Progress.TAIL}) {
      for (byte[] wrong : List.of(new byte[size], new byte[0], new byte[size / 2])) {
        Contents contents = Contents.of(size, 2 + wrong.length);
        replace(contents, wrong);
        FakeSource source = new FakeSource(contents.bytes());
        List<Future<byte[]>> readers = pantry.start(10, () -> pantry.read(contents.key(), source));
        for (Future<byte[]> reader : readers) {
          assertThat(reader.get()).isEqualTo(contents.bytes());
        }
        assertThat(source.opened()).containsExactly(0L);
        var _ = pantry.tier.contents().remove(contents.key());
      }
    }
  }

  @Test
  void aLargeWrongBlobIsNeverWholeAndFetchedAnew() throws Exception {
    Contents contents = Contents.of(1_000_000, 3);
    for (int at : new int[] {0, 500_000, 999_999}) {
      byte[] wrong = contents.bytes().clone();
      wrong[at] ^= 1;
      replace(contents, wrong);
      for (int i = 0; i < 5; i++) {
        var out = new ByteArrayOutputStream();
        FakeSource source = new FakeSource(contents.bytes());
        try (Blob blob = pantry.blobs.open(contents.key(), 0, List.of(source))) {
          blob.transferTo(ByteRange.all(1_000_000), Channels.newChannel(out));
          assertThat(out.toByteArray()).isEqualTo(contents.bytes());
        } catch (CorruptBlobException e) {
          assertThat(out.size()).isLessThanOrEqualTo(1_000_000 - Progress.TAIL);
        }
      }
      assertThat(pantry.read(contents.key())).isEqualTo(contents.bytes());
    }
  }

  @Test
  void aHandleFromBeforeTheCheckIsNotReadUnderIt() throws Exception {
    // The one who looked first holds the wrong bytes; a check that looks next sees right ones.
    Contents contents = Contents.of(500_000, 4);
    replace(contents, new byte[500_000]);
    pantry.store.onFind =
        () -> {
          pantry.store.onFind = () -> {};
          pantry.memory.putUntrusted(contents.key(), contents.bytes());
        };
    var out = new ByteArrayOutputStream();
    try (Blob blob =
        pantry.blobs.open(contents.key(), 0, List.of(new FakeSource(contents.bytes())))) {
      blob.transferTo(ByteRange.all(500_000), Channels.newChannel(out));
      assertThat(out.toByteArray()).isEqualTo(contents.bytes());
    } catch (CorruptBlobException e) {
      assertThat(out.size()).isLessThanOrEqualTo(500_000 - Progress.TAIL);
    }
  }

  @Test
  void damageThatCannotBeRemovedIsNotServedAndDoesNotLoop() throws Exception {
    Contents contents = Contents.of(1000, 5);
    replace(contents, new byte[1000]);
    pantry.store.removeFails = true;
    FakeSource source = new FakeSource(contents.bytes());
    assertThat(pantry.read(contents.key(), source)).isEqualTo(contents.bytes());
    assertThat(pantry.read(contents.key(), source)).isEqualTo(contents.bytes());
    assertThat(source.opened()).containsExactly(0L);
    assertThat(pantry.store.removes.get()).isEqualTo(1);
    while (pantry.blobs.fills() > 0) {
      Thread.onSpinWait();
    }
    assertThat(pantry.tier.used()).as("the damaged file has been replaced").isEqualTo(1000);
  }

  @Test
  void aCheckThatIsBrokenOffRemovesNothing() throws Exception {
    Contents contents = Contents.of(1_000_000, 6);
    replace(contents, contents.bytes());
    pantry.blobs.close();
    assertThatThrownBy(() -> pantry.read(contents.key())).isInstanceOf(IOException.class);
    assertThat(pantry.tier.holds(contents.key())).isTrue();
    assertThat(pantry.events).noneMatch(Event.Damaged.class::isInstance);
  }

  @Test
  void aStoreThatFailsIsAMissAndNotAskedForEver() throws Exception {
    Contents contents = Contents.of(100_000, 7);
    pantry.read(contents.key(), new FakeSource(contents.bytes()));
    while (pantry.blobs.fills() > 0) {
      Thread.onSpinWait();
    }
    pantry.store.findFails = true;
    FakeSource source = new FakeSource(contents.bytes());
    int finds = pantry.store.finds.get();
    assertThat(pantry.read(contents.key(), source)).isEqualTo(contents.bytes());
    assertThat(pantry.store.finds.get() - finds).isLessThan(10);
    assertThat(source.opened()).hasSizeLessThanOrEqualTo(4);
    pantry.store.findFails = false;
  }

  @Test
  void aStoreThatTakesNothingCostsAReadAPullAndServesEachWhole() throws Exception {
    pantry.store.putFails = true;
    for (int i = 0; i < 50; i++) {
      Contents contents = Contents.of(100, i);
      FakeSource source = new FakeSource(contents.bytes());
      assertThat(pantry.read(contents.key(), source)).isEqualTo(contents.bytes());
      assertThat(source.opened()).containsExactly(0L);
    }
    while (pantry.blobs.fills() > 0) {
      Thread.onSpinWait();
    }
    assertThat(pantry.outcomes()).containsOnly(Event.Outcome.NOT_KEPT);
  }

  @Test
  void aFileThatIsGoneIsFetchedAnew() throws Exception {
    Contents contents = Contents.of(100_000, 8);
    replace(contents, contents.bytes());
    pantry.memory.remove(contents.key());
    FakeSource source = new FakeSource(contents.bytes());
    assertThat(pantry.read(contents.key(), source)).isEqualTo(contents.bytes());
    assertThat(source.opened()).containsExactly(0L);
    assertThat(pantry.events).filteredOn(Event.Damaged.class::isInstance).hasSize(1);
  }
}
