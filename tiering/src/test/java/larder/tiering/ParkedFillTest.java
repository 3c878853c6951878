package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of a fill whose sources failed stay for a while. */
@Timeout(60)
class ParkedFillTest {
  private static final int CAPACITY = 2_000_000;
  private static final Contents CONTENTS = Contents.of(1_500_000, 1);

  @TempDir private Path directory;
  private final AtomicBoolean up = new AtomicBoolean();
  private Pantry pantry;

  /** Breaks after a million bytes, then is down until told to be up. */
  private final FakeSource source =
      new FakeSource(
          CONTENTS.bytes(),
          (attempt, offset, bytes) -> {
            if (attempt == 0) {
              return FakeSource.breaking(offset, bytes, 1_000_000);
            }
            if (!up.get()) {
              throw new SourceException.Unavailable("down", null);
            }
            return FakeSource.whole(offset, bytes);
          });

  @BeforeEach
  void open() throws IOException {
    pantry = Pantry.of(directory, CAPACITY);
  }

  @AfterEach
  void close() throws IOException {
    pantry.close();
  }

  private void park() throws IOException {
    assertThatThrownBy(() -> pantry.read(CONTENTS.key(), source)).isInstanceOf(IOException.class);
  }

  @Test
  void whatIsForgottenIsBegunAnew() throws Exception {
    park();
    pantry.blobs.forget(key -> !key.equals(CONTENTS.key()));
    assertThat(pantry.blobs.sizeOf(CONTENTS.key())).hasValue(1_500_000);
    pantry.blobs.forget(key -> key.equals(CONTENTS.key()));
    assertThat(pantry.blobs.sizeOf(CONTENTS.key())).isEmpty();
    assertThat(pantry.tier.used()).isZero();
    up.set(true);
    assertThat(pantry.read(CONTENTS.key(), source)).isEqualTo(CONTENTS.bytes());
    assertThat(source.opened()).last().isEqualTo(0L);
  }

  @Test
  void withinTenMinutesALaterReaderGoesOnAtTheByte() throws Exception {
    park();
    assertThat(pantry.tier.used()).as("charged while parked").isEqualTo(1_500_000);
    pantry.clock.advance(TieredBlobs.PARKED);
    pantry.blobs.tidy();
    up.set(true);
    List<Future<byte[]>> readers = pantry.start(20, () -> pantry.read(CONTENTS.key(), source));
    for (Future<byte[]> reader : readers) {
      assertThat(reader.get()).isEqualTo(CONTENTS.bytes());
    }
    assertThat(source.bytesRead()).isEqualTo(1_500_000);
    assertThat(source.opened()).last().isEqualTo(1_000_000L);
    while (pantry.blobs.fills() > 0) {
      Thread.onSpinWait();
    }
    assertThat(pantry.outcomes()).containsExactly(Event.Outcome.FAILED, Event.Outcome.KEPT);
    assertThat(
            pantry.events.stream()
                .filter(Event.Filled.class::isInstance)
                .mapToLong(event -> ((Event.Filled) event).bytes())
                .sum())
        .isEqualTo(1_500_000);
  }

  @Test
  void afterTenMinutesItIsDropped() throws Exception {
    park();
    pantry.clock.advance(TieredBlobs.PARKED.plus(Duration.ofMillis(1)));
    pantry.blobs.tidy();
    assertThat(pantry.blobs.fills()).isZero();
    assertThat(pantry.tier.used()).isZero();
    assertThat(pantry.files.files()).isEmpty();
    up.set(true);
    assertThat(pantry.read(CONTENTS.key(), source)).isEqualTo(CONTENTS.bytes());
    assertThat(source.opened()).last().isEqualTo(0L);
  }

  @Test
  void itIsDroppedWhenItsRoomIsNeeded() throws Exception {
    park();
    Contents other = Contents.of(CAPACITY, 2);
    assertThat(pantry.read(other.key(), new FakeSource(other.bytes()))).isEqualTo(other.bytes());
    while (pantry.blobs.fills() > 0) {
      Thread.onSpinWait();
    }
    assertThat(pantry.outcomes()).containsExactly(Event.Outcome.FAILED, Event.Outcome.KEPT);
  }

  @Test
  void itMayBreakAndBeGoneOnWithAgain() throws Exception {
    park();
    for (int round = 0; round < 20; round++) {
      assertThatThrownBy(() -> pantry.read(CONTENTS.key(), source)).isInstanceOf(IOException.class);
    }
    up.set(true);
    assertThat(pantry.read(CONTENTS.key(), source)).isEqualTo(CONTENTS.bytes());
    assertThat(source.bytesRead()).isEqualTo(1_500_000);
  }
}
