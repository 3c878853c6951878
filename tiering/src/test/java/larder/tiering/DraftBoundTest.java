package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A fill holds a spool file whether someone reads it or not, so there are not too many. */
@Timeout(60)
class DraftBoundTest {
  private static final int SIZE = 200_000;

  @TempDir private Path directory;
  private Pantry pantry;

  @BeforeEach
  void open() throws IOException {
    pantry = Pantry.of(directory, 64L * 1024 * 1024, 2);
  }

  @AfterEach
  void close() throws IOException {
    pantry.close();
  }

  private Origin read(Contents contents, Source source) throws IOException {
    try (Blob blob = pantry.blobs.open(contents.key(), 0, List.of(source))) {
      return blob.origin();
    }
  }

  private static FakeSource behind(Tap tap, Contents contents) {
    return new FakeSource(
        contents.bytes(),
        (_, offset, bytes) ->
            new Source.Answer(
                OptionalLong.of(bytes.length), offset, tap.on(FakeSource.from(offset, bytes))));
  }

  @Test
  void fillsThatEverybodyHasLeftCountAndMoreOfThemStreamThrough() throws Exception {
    List<Tap> taps = List.of(new Tap(SIZE - 1), new Tap(SIZE - 1));
    for (int i = 0; i < 2; i++) {
      Contents contents = Contents.of(SIZE, i);
      assertThat(read(contents, behind(taps.get(i), contents))).isEqualTo(Origin.FILL);
    }
    Contents third = Contents.of(SIZE, 3);
    assertThat(read(third, new FakeSource(third.bytes()))).isEqualTo(Origin.UPSTREAM);
    assertThat(pantry.read(third.key(), new FakeSource(third.bytes()))).isEqualTo(third.bytes());
    assertThat(pantry.files.files()).hasSize(2);
    assertThat(pantry.outcomes()).containsOnly(Event.Outcome.DECLINED);
    taps.forEach(Tap::open);
    while (read(third, new FakeSource(third.bytes())) == Origin.UPSTREAM) {
      Thread.onSpinWait(); // until a fill has ended
    }
  }

  @Test
  void fillsThatWaitForTheirSourcesGiveWay() throws Exception {
    for (int i = 0; i < 2; i++) {
      Contents contents = Contents.of(SIZE, i);
      FakeSource broken =
          new FakeSource(
              contents.bytes(),
              (attempt, offset, bytes) -> {
                if (attempt > 0) {
                  throw new SourceException.Unavailable("down", null);
                }
                return FakeSource.breaking(offset, bytes, SIZE - 1);
              });
      assertThatThrownBy(() -> pantry.read(contents.key(), broken)).isInstanceOf(IOException.class);
    }
    assertThat(pantry.files.files()).hasSize(2);
    Contents third = Contents.of(SIZE, 3);
    assertThat(read(third, new FakeSource(third.bytes()))).isNotEqualTo(Origin.UPSTREAM);
  }
}
