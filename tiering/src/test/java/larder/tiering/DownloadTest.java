package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DownloadTest {
  private static final int SIZE = 200_000;
  private static final Contents CONTENTS = Contents.of(SIZE, 1);

  private final List<Duration> pauses = new ArrayList<>();

  private Download download(long from, Source... sources) {
    return new Download(CONTENTS.key(), List.of(sources), from, pauses::add);
  }

  private static byte[] readAll(Download download) throws IOException {
    var out = new ByteArrayOutputStream();
    byte[] piece = new byte[10_000];
    try (download) {
      for (int read; (read = download.read(piece, 0, piece.length)) > 0; ) {
        out.write(piece, 0, read);
      }
    }
    return out.toByteArray();
  }

  private static FakeSource failing(IOException with) {
    return new FakeSource(
        CONTENTS.bytes(),
        (_, _, _) -> {
          throw with;
        });
  }

  private static FakeSource down() {
    return failing(new SourceException.Unavailable("down", null));
  }

  @Test
  void aSourceIsAskedFourTimesWithGrowingPausesThenTheNextIs() throws Exception {
    FakeSource bad = down();
    FakeSource good = new FakeSource(CONTENTS.bytes());
    assertThat(readAll(download(0, bad, good))).isEqualTo(CONTENTS.bytes());
    assertThat(bad.opened()).hasSize(Download.STRIKES);
    assertThat(pauses).extracting(Duration::toMillis).containsExactly(200L, 400L, 500L);
  }

  @Test
  void theLastSourceIsAskedEightTimes() {
    FakeSource bad = down();
    FakeSource last = down();
    assertThatThrownBy(() -> readAll(download(0, bad, last)))
        .isInstanceOf(SourceException.Unavailable.class);
    assertThat(bad.opened()).hasSize(4);
    assertThat(last.opened()).hasSize(8);
    assertThat(pauses.stream().mapToLong(Duration::toMillis).sum()).isEqualTo(1100 + 3100);
  }

  @Test
  void anUpstreamThatBreaksOneRequestInFiveGivesEveryBlob() throws Exception {
    Random random = new Random(5);
    for (int blob = 0; blob < 2000; blob++) {
      FakeSource shaky =
          new FakeSource(
              CONTENTS.bytes(),
              (_, offset, bytes) -> {
                if (random.nextInt(5) > 0) {
                  return FakeSource.whole(offset, bytes);
                }
                if (random.nextBoolean()) {
                  throw new SourceException.Unavailable("503", null);
                }
                return FakeSource.breaking(offset, bytes, random.nextInt(1000));
              });
      try (Download download = download(SIZE - 1000, shaky)) {
        assertThat(readAll(download)).hasSize(1000);
      }
    }
  }

  @Test
  void aLittleProgressEachTimeAddsUp() throws Exception {
    FakeSource weak =
        new FakeSource(
            CONTENTS.bytes(), (_, offset, bytes) -> FakeSource.breaking(offset, bytes, 10_000));
    assertThat(readAll(download(0, weak))).isEqualTo(CONTENTS.bytes());
  }

  @Test
  void twoTimeOutsAreEnough() {
    FakeSource silent =
        failing(new SourceException.Unavailable("silent", new SocketTimeoutException()));
    assertThatThrownBy(() -> readAll(download(0, silent)))
        .isInstanceOf(SourceException.Unavailable.class);
    assertThat(silent.opened()).hasSize(2);
  }

  @Test
  void aRefusalIsAnAnswerAndNoOtherSourceIsAsked() {
    FakeSource good = new FakeSource(CONTENTS.bytes());
    FakeSource unknown = failing(new SourceException.Unknown("404"));
    FakeSource denied = failing(new SourceException.Denied("403"));
    assertThatThrownBy(() -> readAll(download(0, unknown, good)))
        .isInstanceOf(SourceException.Unknown.class);
    assertThatThrownBy(() -> readAll(download(0, denied, good)))
        .isInstanceOf(SourceException.Denied.class);
    assertThat(good.opened()).isEmpty();
  }

  @Test
  void aRefusalMidwaySendsToTheNextSource() throws Exception {
    FakeSource forgetful =
        new FakeSource(
            CONTENTS.bytes(),
            (attempt, offset, bytes) -> {
              if (attempt > 0) {
                throw new SourceException.Unknown("404");
              }
              return FakeSource.breaking(offset, bytes, 1000);
            });
    FakeSource good = new FakeSource(CONTENTS.bytes());
    assertThat(readAll(download(0, forgetful, good))).isEqualTo(CONTENTS.bytes());
    assertThat(good.opened()).containsExactly(1000L);
  }

  @Test
  void aShortRetryAfterIsWaitedForOnce() throws Exception {
    FakeSource busy =
        new FakeSource(
            CONTENTS.bytes(),
            (attempt, offset, bytes) -> {
              if (attempt == 0) {
                throw new SourceException.Throttled("429", Optional.of(Duration.ofSeconds(1)));
              }
              return FakeSource.whole(offset, bytes);
            });
    assertThat(readAll(download(0, busy))).isEqualTo(CONTENTS.bytes());
    assertThat(pauses).containsExactly(Duration.ofSeconds(1));
  }

  @Test
  void aLongRetryAfterSendsToTheNextSourceWithoutWaiting() throws Exception {
    FakeSource busy =
        failing(new SourceException.Throttled("429", Optional.of(Duration.ofSeconds(60))));
    FakeSource good = new FakeSource(CONTENTS.bytes());
    assertThat(readAll(download(0, busy, good))).isEqualTo(CONTENTS.bytes());
    assertThat(busy.opened()).hasSize(1);
    assertThat(pauses).isEmpty();
    assertThatThrownBy(() -> readAll(download(0, busy)))
        .isInstanceOf(SourceException.Throttled.class);
  }

  @Test
  void aSourceThatGoesOnBreakingAfterProgressIsKept() throws Exception {
    FakeSource weak =
        new FakeSource(
            CONTENTS.bytes(), (_, offset, bytes) -> FakeSource.breaking(offset, bytes, 65_536));
    assertThat(readAll(download(0, weak))).isEqualTo(CONTENTS.bytes());
    assertThat(weak.opened()).containsExactly(0L, 65_536L, 131_072L, 196_608L);
    assertThat(weak.bytesRead()).isEqualTo(SIZE);
  }

  @Test
  void aSourceThatBreaksWithoutProgressIsLeft() throws Exception {
    FakeSource weak =
        new FakeSource(
            CONTENTS.bytes(), (_, offset, bytes) -> FakeSource.breaking(offset, bytes, 1000));
    FakeSource good = new FakeSource(CONTENTS.bytes());
    assertThat(readAll(download(0, weak, good))).isEqualTo(CONTENTS.bytes());
    assertThat(good.opened()).containsExactly(4000L);
  }

  @Test
  void anAnswerThatBreaksBeforeItsFirstByteIsNone() throws Exception {
    for (int from : new int[] {0, 5}) {
      FakeSource empty =
          new FakeSource(
              CONTENTS.bytes(), (_, offset, bytes) -> FakeSource.breaking(offset, bytes, 0));
      FakeSource over = new FakeSource(CONTENTS.bytes(), (_, offset, _) -> nothing(SIZE, offset));
      try (Download none = download(from, empty, over)) {
        assertThatThrownBy(none::open).isInstanceOf(IOException.class);
      }
      try (Download second = download(from, empty, over, new FakeSource(CONTENTS.bytes()))) {
        second.open();
        assertThat(second.position()).isEqualTo(from);
        assertThat(readAll(second))
            .isEqualTo(java.util.Arrays.copyOfRange(CONTENTS.bytes(), from, SIZE));
      }
    }
  }

  @Test
  void aBreakAfterTheLastByteIsNoBreak() throws Exception {
    FakeSource source =
        new FakeSource(
            CONTENTS.bytes(), (_, offset, bytes) -> FakeSource.breaking(offset, bytes, SIZE));
    assertThat(readAll(download(0, source))).isEqualTo(CONTENTS.bytes());
    assertThat(source.opened()).containsExactly(0L);
  }

  @Test
  void anEndBeforeTheSizeIsABreak() throws Exception {
    FakeSource shorter =
        new FakeSource(
            CONTENTS.bytes(),
            (attempt, offset, bytes) ->
                attempt > 0
                    ? FakeSource.whole(offset, bytes)
                    : answer(SIZE, 0, java.util.Arrays.copyOf(bytes, 77_777)));
    assertThat(readAll(download(0, shorter))).isEqualTo(CONTENTS.bytes());
    assertThat(shorter.opened()).containsExactly(0L, 77_777L);
  }

  @Test
  void moreThanTheSizeIsCorrupt() {
    FakeSource longer =
        new FakeSource(CONTENTS.bytes(), (_, _, bytes) -> answer(SIZE - 1, 0, bytes));
    assertThatThrownBy(() -> readAll(download(0, longer))).isInstanceOf(CorruptBlobException.class);
    assertThat(longer.bytesRead()).isEqualTo(SIZE);
  }

  @Test
  void aSourceWithoutRangesIsReadUpToTheByteWanted() throws Exception {
    FakeSource plain =
        new FakeSource(CONTENTS.bytes(), (_, _, bytes) -> FakeSource.whole(0, bytes));
    assertThat(readAll(download(150_000, plain)))
        .isEqualTo(java.util.Arrays.copyOfRange(CONTENTS.bytes(), 150_000, SIZE));
  }

  @Test
  void anAnswerFromBeyondTheByteWantedIsRefused() throws Exception {
    FakeSource wrong =
        new FakeSource(CONTENTS.bytes(), (_, offset, bytes) -> FakeSource.whole(offset + 1, bytes));
    FakeSource good = new FakeSource(CONTENTS.bytes());
    assertThat(readAll(download(5, wrong, good)))
        .isEqualTo(java.util.Arrays.copyOfRange(CONTENTS.bytes(), 5, SIZE));
    assertThat(good.opened()).containsExactly(5L);
  }

  @Test
  void anotherSizeMidwayIsRefused() throws Exception {
    FakeSource breaking =
        new FakeSource(
            CONTENTS.bytes(),
            (attempt, offset, bytes) ->
                attempt == 0
                    ? FakeSource.breaking(offset, bytes, 1000)
                    : answer(SIZE + 1, offset, bytes));
    FakeSource good = new FakeSource(CONTENTS.bytes());
    assertThat(readAll(download(0, breaking, good))).isEqualTo(CONTENTS.bytes());
  }

  @Test
  void aSizeSaidBeforeAByteCameIsForgottenWithItsSource() throws Exception {
    FakeSource liar =
        new FakeSource(
            CONTENTS.bytes(),
            (_, _, bytes) ->
                new Source.Answer(
                    OptionalLong.of(12), 0, FakeSource.breaking(0, bytes, 0).bytes()));
    FakeSource good = new FakeSource(CONTENTS.bytes());
    assertThat(readAll(download(0, liar, good))).isEqualTo(CONTENTS.bytes());
  }

  @Test
  void anAnswerThatIsRefusedIsClosed() {
    Tap tap = new Tap(Long.MAX_VALUE);
    FakeSource wrong =
        new FakeSource(
            CONTENTS.bytes(),
            (_, _, bytes) ->
                new Source.Answer(OptionalLong.of(SIZE), 9, tap.on(FakeSource.from(9, bytes))));
    assertThatThrownBy(() -> readAll(download(0, wrong))).hasMessageContaining("byte 9");
    assertThat(tap.closed()).isEqualTo(Download.LAST_STRIKES);
  }

  @Test
  void anInterruptEndsTheTrying() {
    FakeSource bad = down();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> readAll(download(0, bad, bad))).isInstanceOf(IOException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(bad.opened()).hasSize(1);
  }

  /** One that ends where it begins. */
  private static Source.Answer nothing(long size, long offset) {
    return new Source.Answer(OptionalLong.of(size), offset, java.io.InputStream.nullInputStream());
  }

  private static Source.Answer answer(long size, long offset, byte[] bytes) {
    return new Source.Answer(OptionalLong.of(size), offset, FakeSource.from(offset, bytes));
  }
}
