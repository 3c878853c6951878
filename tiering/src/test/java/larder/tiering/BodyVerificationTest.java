package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nobody gets a whole wrong body, and a wrong body is kept nowhere. */
@Timeout(60)
class BodyVerificationTest {
  private static final int TAIL = Progress.TAIL;
  private static final int[] SIZES = {0, 1, TAIL - 1, TAIL, TAIL + 1, 2 * TAIL, 300_000};

  @TempDir private Path directory;
  private Pantry roomy;
  private Pantry full;

  @BeforeEach
  void open() throws IOException {
    roomy = Pantry.of(directory, 64L * 1024 * 1024);
    full = Pantry.of(directory, 64L * 1024 * 1024);
    full.spool =
        () -> {
          throw new IOException("Read-only file system");
        };
  }

  @AfterEach
  void close() throws IOException {
    roomy.close();
    full.close();
  }

  private List<Pantry> both() {
    return List.of(roomy, full);
  }

  private static Source saying(OptionalLong size, byte[] body) {
    return new FakeSource(
        body, (_, offset, bytes) -> new Source.Answer(size, 0, FakeSource.from(0, bytes)));
  }

  private static Source of(byte[] body) {
    return saying(OptionalLong.of(body.length), body);
  }

  private static Source ofUnknownSize(byte[] body) {
    return saying(OptionalLong.empty(), body);
  }

  @Test
  void everySizeComesWholeSaidOrNot() throws Exception {
    for (Pantry pantry : both()) {
      for (int size : SIZES) {
        Contents said = Contents.of(size, 1);
        assertThat(pantry.read(said.key(), of(said.bytes()))).isEqualTo(said.bytes());
        Contents unsaid = Contents.of(Math.max(1, size), 2);
        assertThat(pantry.read(unsaid.key(), ofUnknownSize(unsaid.bytes())))
            .isEqualTo(unsaid.bytes());
      }
    }
  }

  @Test
  void everyRangeToTheEndComes() throws Exception {
    for (Pantry pantry : both()) {
      for (int size : SIZES) {
        Contents contents = Contents.of(size, 3);
        for (int from : new int[] {0, 1, size / 2, size - TAIL, size - 1, size}) {
          if (from >= 0 && from <= size) {
            Source source = new FakeSource(contents.bytes());
            assertThat(pantry.read(contents.key(), new ByteRange(from, size - from), source))
                .as("%d bytes from %d", size, from)
                .isEqualTo(Arrays.copyOfRange(contents.bytes(), from, size));
          }
        }
      }
    }
  }

  @Test
  void aPartOfABlobOfUnknownSizeIsThatPart() throws Exception {
    for (Pantry pantry : both()) {
      for (int length : new int[] {0, 1, TAIL, 200_000, 299_999, 300_000}) {
        Contents contents = Contents.of(300_000, length);
        assertThat(
                pantry.read(
                    contents.key(), new ByteRange(0, length), ofUnknownSize(contents.bytes())))
            .isEqualTo(Arrays.copyOf(contents.bytes(), length));
      }
    }
  }

  @Test
  void aRangeBeyondTheEndIsTroubleAndHarmsNothing() throws Exception {
    Contents contents = Contents.of(100_000, 4);
    for (Pantry pantry : both()) {
      for (int round = 0; round < 2; round++) {
        try (Blob blob =
            pantry.blobs.open(contents.key(), 0, List.of(new FakeSource(contents.bytes())))) {
          Throwable trouble =
              catchThrowable(
                  () -> blob.transferTo(new ByteRange(99_999, 2), Channels.newChannel(sink())));
          assertThat(trouble).isInstanceOf(java.io.EOFException.class);
        }
        assertThat(pantry.read(contents.key(), new FakeSource(contents.bytes())))
            .isEqualTo(contents.bytes());
      }
      assertThat(pantry.events).noneMatch(Event.Damaged.class::isInstance);
    }
  }

  @Test
  void aWrongByteAnywhereLeavesTheBodyUnfinished() throws Exception {
    for (Pantry pantry : both()) {
      for (int size : SIZES) {
        for (int at : new int[] {0, size / 2, size - TAIL - 1, size - TAIL, size - 1}) {
          if (at >= 0 && at < size) {
            Contents contents = Contents.of(size, 5);
            byte[] wrong = contents.bytes().clone();
            wrong[at] ^= 1;
            assertUnfinished(pantry, contents, of(wrong));
            assertUnfinished(pantry, contents, ofUnknownSize(wrong));
          }
        }
      }
    }
  }

  @Test
  void aBodyOfTheWrongLengthIsNotTakenForTheBlob() throws Exception {
    for (Pantry pantry : both()) {
      for (int size : new int[] {1, TAIL, 300_000}) {
        Contents contents = Contents.of(size, 6);
        byte[] shorter = Arrays.copyOf(contents.bytes(), size - 1);
        byte[] longer = Arrays.copyOf(contents.bytes(), size + 1);
        for (byte[] body : List.of(shorter, longer)) {
          assertUnfinished(pantry, contents, of(body));
          assertUnfinished(pantry, contents, ofUnknownSize(body));
          assertUnfinished(pantry, contents, saying(OptionalLong.of(size), body));
        }
        assertUnfinished(pantry, contents, saying(OptionalLong.of(size - 1), contents.bytes()));
        assertUnfinished(pantry, contents, saying(OptionalLong.of(size + 1), contents.bytes()));
      }
    }
  }

  @Test
  void anEmptyBodyIsNotTakenForABlob() throws Exception {
    for (Pantry pantry : both()) {
      Contents contents = Contents.of(1000, 7);
      assertUnfinished(pantry, contents, of(new byte[0]));
      assertUnfinished(pantry, contents, ofUnknownSize(new byte[0]));
    }
  }

  @Test
  void anySizeMayBeClaimed() throws Exception {
    Contents contents = Contents.of(1000, 8);
    roomy.read(Contents.of(10, 1).key(), of(Contents.of(10, 1).bytes()));
    assertUnfinished(roomy, contents, saying(OptionalLong.of(Long.MAX_VALUE), contents.bytes()));
    assertUnfinished(roomy, contents, saying(OptionalLong.of(-5), contents.bytes()));
    assertThat(roomy.tier.used()).isEqualTo(10);
  }

  /** The reader sees an error, and less than the body that it was promised. */
  private static void assertUnfinished(Pantry pantry, Contents contents, Source source)
      throws IOException {
    ByteArrayOutputStream out = sink();
    long[] promised = {Long.MAX_VALUE};
    Throwable trouble =
        catchThrowable(() -> {
          try (Blob blob = pantry.blobs.open(contents.key(), 0, List.of(source))) {
            promised[0] = blob.size().orElse(Long.MAX_VALUE);
            blob.transferTo(Pantry.all(blob), Channels.newChannel(out));
          }
        });
    assertThat(trouble).isInstanceOf(IOException.class);
    assertThat((long) out.size()).isLessThanOrEqualTo(Math.max(0, promised[0] - TAIL));
    assertThat(pantry.tier.holds(contents.key())).isFalse();
  }

  @Test
  void aSmallWrongBodyIsTriedTwiceThenAnError() throws Exception {
    Contents contents = Contents.of(30_000, 9);
    FakeSource wrong = new FakeSource(new byte[30_000]);
    Throwable trouble = catchThrowable(() -> roomy.read(contents.key(), wrong));
    assertThat(trouble).isInstanceOf(CorruptBlobException.class);
    assertThat(wrong.opened()).containsExactly(0L, 0L);
    assertThat(roomy.outcomes()).containsExactly(Event.Outcome.CORRUPT, Event.Outcome.CORRUPT);
  }

  @Test
  void eachOfThreeSourcesIsTriedWhenTheyAreWrong() throws Exception {
    Contents contents = Contents.of(30_000, 10);
    FakeSource wrong = new FakeSource(new byte[30_000]);
    FakeSource alsoWrong = new FakeSource(new byte[30_000]);
    FakeSource good = new FakeSource(contents.bytes());
    assertThat(roomy.read(contents.key(), wrong, alsoWrong, good)).isEqualTo(contents.bytes());
    assertThat(wrong.opened()).hasSize(1);
    assertThat(alsoWrong.opened()).hasSize(1);
  }

  private static ByteArrayOutputStream sink() {
    return new ByteArrayOutputStream();
  }
}
