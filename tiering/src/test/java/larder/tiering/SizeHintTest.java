package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What larder thinks a blob's size is, when no source says it. */
@Timeout(60)
class SizeHintTest {
  private static final int SIZE = 500_000;

  @TempDir private Path directory;
  private Pantry pantry;

  @BeforeEach
  void open() throws IOException {
    pantry = Pantry.of(directory, 2_000_000);
  }

  @AfterEach
  void close() throws IOException {
    pantry.close();
  }

  private static FakeSource silent(Contents contents) {
    return new FakeSource(
        contents.bytes(),
        (_, offset, bytes) ->
            new Source.Answer(OptionalLong.empty(), offset, FakeSource.from(offset, bytes)));
  }

  private byte[] read(Contents contents, Source source, long hint) throws IOException {
    var out = new ByteArrayOutputStream();
    try (Blob blob = pantry.blobs.open(contents.key(), 0, List.of(source), OptionalLong.of(hint))) {
      blob.transferTo(Pantry.all(blob), Channels.newChannel(out));
    }
    return out.toByteArray();
  }

  @Test
  void aRightHintGivesTheSizeThatTheSourceDoesNot() throws Exception {
    Contents contents = Contents.of(SIZE, 1);
    try (Blob blob =
        pantry.blobs.open(contents.key(), 0, List.of(silent(contents)), OptionalLong.of(SIZE))) {
      assertThat(blob.size()).hasValue(SIZE);
    }
    assertThat(read(contents, silent(contents), SIZE)).isEqualTo(contents.bytes());
  }

  @Test
  void whatTheSourceSaysIsStronger() throws Exception {
    Contents contents = Contents.of(SIZE, 2);
    FakeSource source = new FakeSource(contents.bytes());
    assertThat(read(contents, source, 77)).isEqualTo(contents.bytes());
    assertThat(source.opened()).containsExactly(0L);
  }

  @Test
  void aWrongHintCutsAtMostOnceAndTheBlobComes() throws Exception {
    for (int size : new int[] {0, 1, 1000, Progress.TAIL, SIZE}) {
      for (long hint : new long[] {0, 1, size / 2, size - 1, size + 1, 1_999_999, 1L << 50}) {
        if (hint < 0 || hint == size) {
          continue;
        }
        Contents contents = Contents.of(size, 3 + hint);
        FakeSource source = silent(contents);
        List<Throwable> trouble = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          try {
            assertThat(read(contents, source, hint)).isEqualTo(contents.bytes());
          } catch (IOException e) {
            trouble.add(e);
          }
        }
        assertThat(trouble).as("%d bytes, hint %d", size, hint).hasSizeLessThanOrEqualTo(1);
        pantry.tier.damaged(contents.key());
      }
    }
  }

  @Test
  void aHintThatASourceContradictsMidwayIsDropped() throws Exception {
    Contents contents = Contents.of(SIZE, 4);
    FakeSource source =
        new FakeSource(
            contents.bytes(),
            (_, offset, bytes) ->
                offset == 0
                    ? new Source.Answer(
                        OptionalLong.empty(), 0, FakeSource.breaking(0, bytes, 100_000).bytes())
                    : FakeSource.whole(offset, bytes));
    Throwable first = catchThrowable(() -> read(contents, source, SIZE + 5));
    if (first != null) {
      assertThat(first).isInstanceOf(CorruptBlobException.class);
    }
    assertThat(read(contents, source, SIZE + 5)).isEqualTo(contents.bytes());
  }
}
