package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What readers are told when a fill fails. */
@Timeout(60)
class FillFailureTest {
  private static final int SIZE = 1_000_000;
  private static final Contents CONTENTS = Contents.of(SIZE, 1);

  @TempDir private Path directory;
  private Pantry pantry;

  @BeforeEach
  void open() throws IOException {
    pantry = Pantry.of(directory, 64L * 1024 * 1024);
  }

  @AfterEach
  void close() throws IOException {
    pantry.close();
  }

  private static FakeSource behind(Tap tap) {
    return new FakeSource(
        CONTENTS.bytes(),
        (_, offset, bytes) ->
            new Source.Answer(
                OptionalLong.of(SIZE), offset, tap.on(FakeSource.from(offset, bytes))));
  }

  @Test
  void aBugInASourceEndsTheFillAndWakesItsReaders() throws Exception {
    FakeSource source =
        new FakeSource(
            CONTENTS.bytes(),
            (attempt, offset, bytes) -> {
              if (attempt > 0) {
                throw new IllegalStateException("a bug");
              }
              return FakeSource.breaking(offset, bytes, 100_000);
            });
    assertThatThrownBy(() -> pantry.read(CONTENTS.key(), source)).isInstanceOf(IOException.class);
    assertThat(pantry.read(CONTENTS.key(), new FakeSource(CONTENTS.bytes())))
        .isEqualTo(CONTENTS.bytes());
  }

  @Test
  void anErrorInASourceEndsTheFillToo() {
    FakeSource source =
        new FakeSource(
            CONTENTS.bytes(),
            (_, _, _) -> {
              throw new AssertionError("thrown on purpose");
            });
    assertThatThrownBy(() -> pantry.read(CONTENTS.key(), source)).isInstanceOf(IOException.class);
  }

  @Test
  void closingCutsTheReadersAndLeavesNothing() throws Exception {
    Tap tap = new Tap(200_000);
    Future<byte[]> reader = pantry.start(() -> pantry.read(CONTENTS.key(), behind(tap)));
    tap.awaitTaken(200_000);
    pantry.blobs.close();
    assertThatThrownBy(reader::get).hasCauseInstanceOf(IOException.class);
    assertThatThrownBy(() -> pantry.read(CONTENTS.key(), behind(tap)))
        .isInstanceOf(IOException.class);
    assertThat(pantry.tier.used()).isZero();
    assertThat(pantry.events).noneMatch(Event.TierFailed.class::isInstance);
  }

  @Test
  void refusalsAndFailuresAreToldAsTheyAre() {
    List<IOException> all =
        List.of(
            new SourceException.Unknown("404"),
            new SourceException.Denied("403"),
            new SourceException.Throttled("429", java.util.Optional.empty()),
            new SourceException.Unavailable("503", null));
    for (IOException each : all) {
      FakeSource source =
          new FakeSource(
              CONTENTS.bytes(),
              (_, _, _) -> {
                throw each;
              });
      assertThatThrownBy(() -> pantry.read(CONTENTS.key(), source, source)).isSameAs(each);
    }
    assertThat(pantry.outcomes())
        .containsExactly(
            Event.Outcome.REFUSED,
            Event.Outcome.REFUSED,
            Event.Outcome.FAILED,
            Event.Outcome.FAILED);
  }

  @Test
  void whoHearsOfAFailureAndComesBackIsNotToldItAgain() throws Exception {
    for (int i = 0; i < 50; i++) {
      Contents contents = Contents.of(1000, i);
      FakeSource down =
          new FakeSource(
              contents.bytes(),
              (_, _, _) -> {
                throw new SourceException.Unavailable("down", null);
              });
      FakeSource up = new FakeSource(contents.bytes());
      assertThatThrownBy(() -> pantry.read(contents.key(), down))
          .isInstanceOf(SourceException.Unavailable.class);
      assertThat(pantry.read(contents.key(), up)).isEqualTo(contents.bytes());
    }
  }

  @Test
  void aRefusalAnswersOnlyTheOneWhoseSourcesWereAsked() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    FakeSource without =
        new FakeSource(
            CONTENTS.bytes(),
            (_, _, _) -> {
              asked.countDown();
              awaitQuietly(answer);
              throw new SourceException.Unknown("404");
            });
    FakeSource with = new FakeSource(CONTENTS.bytes());
    Future<byte[]> first = pantry.start(() -> pantry.read(CONTENTS.key(), without));
    asked.await();
    List<Future<byte[]>> others = pantry.start(10, () -> pantry.read(CONTENTS.key(), with));
    answer.countDown();
    assertThatThrownBy(first::get).hasCauseInstanceOf(SourceException.Unknown.class);
    for (Future<byte[]> other : others) {
      assertThat(other.get()).isEqualTo(CONTENTS.bytes());
    }
    assertThat(with.opened()).containsExactly(0L);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
