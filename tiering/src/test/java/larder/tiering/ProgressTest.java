package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ProgressTest {
  private static final int SIZE = 3 * Progress.TAIL;
  private final CorruptBlobException wrong =
      new CorruptBlobException(Contents.of(1, 1).key(), "test", "other");

  private final Progress progress = new Progress(OptionalLong.of(SIZE));

  @Test
  void aPartIsShownAsItComesAndAWholeButForItsTail() throws Exception {
    progress.arrived(ByteRange.all(SIZE));
    assertThat(progress.await(7, false)).isEqualTo(SIZE);
    assertThat(progress.await(7, true)).isEqualTo(SIZE - Progress.TAIL);
    progress.become(new Progress.State.Verified());
    assertThat(progress.await(7, true)).isEqualTo(SIZE);
  }

  @Test
  void whenTheSizeIsUnknownTheLastOfWhatIsThereIsHeldBack() throws Exception {
    Progress unknown = new Progress(OptionalLong.empty());
    unknown.arrived(ByteRange.all(SIZE));
    assertThat(unknown.await(0, true)).isEqualTo(SIZE - Progress.TAIL);
  }

  @Test
  void aReaderAheadWaitsForItsByte() throws Exception {
    progress.arrived(ByteRange.all(10));
    Future<Long> reader = waiting(() -> progress.await(10, false));
    progress.arrived(new ByteRange(10, 5));
    assertThat(reader.get()).isEqualTo(15);
  }

  @Test
  void failureLetsAReaderHaveWhatCameAndNoMore() throws Exception {
    progress.arrived(ByteRange.all(10));
    progress.become(new Progress.State.Failed(new IOException("reset"), false));
    assertThat(progress.await(3, false)).isEqualTo(10);
    assertThatThrownBy(() -> progress.await(10, false))
        .hasMessageContaining("byte 10")
        .hasMessageContaining("reset");
  }

  @Test
  void wrongBytesAreShownToNobody() throws Exception {
    progress.arrived(ByteRange.all(10));
    progress.become(new Progress.State.Failed(wrong, false));
    assertThatThrownBy(() -> progress.await(3, false)).isSameAs(wrong);
    assertThat(progress.awaitAnswer().readable()).isFalse();
  }

  @Test
  void aSmallBlobIsNoAnswerBeforeItsVerdict() throws Exception {
    Progress small = new Progress(OptionalLong.of(Progress.TAIL));
    small.arrived(ByteRange.all(Progress.TAIL));
    Future<Progress.Answer> answer = waiting(small::awaitAnswer);
    small.become(new Progress.State.Verified());
    assertThat(answer.get().readable()).isTrue();
  }

  @Test
  void oneByteMoreThanTheTailIsAnAnswer() throws Exception {
    Progress small = new Progress(OptionalLong.of(Progress.TAIL + 1));
    small.arrived(ByteRange.all(1));
    assertThat(small.awaitAnswer().readable()).isTrue();
  }

  @Test
  void anInterruptEndsTheWaitAndStaysSet() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> progress.await(0, false)).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  private interface Wait<T> {
    T run() throws IOException;
  }

  /** Runs it on another thread, and returns once that thread waits. */
  private static <T> Future<T> waiting(Wait<T> wait) {
    FutureTask<T> task = new FutureTask<>(wait::run);
    Thread thread = Thread.ofPlatform().start(task);
    while (thread.getState() != Thread.State.WAITING && !task.isDone()) {
      Thread.onSpinWait();
    }
    assertThat(task.isDone()).isFalse();
    return task;
  }
}
