package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many readers, one fill. */
@Timeout(60)
class SharedFillTest {
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
  void aBreakAtAnyByteIsGoneOnAfter() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      Contents contents = Contents.of(random.nextInt(200_000), random.nextLong());
      int size = contents.bytes().length;
      int after =
          round < 3 ? List.of(0, size, Math.max(0, size - 1)).get(round) : random.nextInt(size + 1);
      FakeSource source =
          new FakeSource(
              contents.bytes(),
              (attempt, offset, bytes) ->
                  attempt == 0
                      ? FakeSource.breaking(offset, bytes, after)
                      : FakeSource.whole(offset, bytes));
      assertThat(pantry.read(contents.key(), source))
          .as("seed %d round %d: %d of %d bytes", seed, round, after, size)
          .isEqualTo(contents.bytes());
      assertThat(source.bytesRead()).isEqualTo(size);
    }
  }

  @Test
  void aBodyOfUnknownSizeThatBreaksAfterItsLastByteIsWhole() throws Exception {
    FakeSource source =
        new FakeSource(
            CONTENTS.bytes(),
            (attempt, offset, bytes) -> {
              if (attempt > 0) {
                throw new SourceException.Unavailable("416", null);
              }
              return new Source.Answer(
                  OptionalLong.empty(), 0, FakeSource.breaking(0, bytes, SIZE).bytes());
            });
    assertThat(pantry.read(CONTENTS.key(), source)).isEqualTo(CONTENTS.bytes());
  }

  @Test
  void theSizeIsToldFromTheFirstByteOn() throws Exception {
    Tap tap = new Tap(0);
    FakeSource source = behind(tap);
    Future<byte[]> reader = pantry.start(() -> pantry.read(CONTENTS.key(), source));
    tap.awaitWaiting();
    assertThat(pantry.blobs.sizeOf(CONTENTS.key())).as("said, but no byte came").isEmpty();
    tap.allow(Progress.TAIL);
    tap.awaitTaken(Progress.TAIL);
    assertThat(pantry.blobs.sizeOf(CONTENTS.key())).hasValue(SIZE);
    tap.open();
    assertThat(reader.get()).isEqualTo(CONTENTS.bytes());
  }

  @Test
  void aReaderThatLeavesDoesNotStopTheFill() throws Exception {
    Tap tap = new Tap(SIZE / 2);
    FakeSource source = behind(tap);
    pantry.blobs.open(CONTENTS.key(), 0, List.of(source)).close();
    Future<byte[]> later = pantry.start(() -> pantry.read(CONTENTS.key(), source));
    tap.open();
    assertThat(later.get()).isEqualTo(CONTENTS.bytes());
    assertThat(source.opened()).containsExactly(0L);
  }

  @Test
  void aFillWithoutReadersCompletes() throws Exception {
    Tap tap = new Tap(SIZE / 2);
    FakeSource source = behind(tap);
    pantry.blobs.open(CONTENTS.key(), 0, List.of(source)).close();
    tap.open();
    tap.awaitTaken(SIZE);
    while (pantry.blobs.fills() > 0) {
      Thread.onSpinWait();
    }
    assertThat(pantry.read(CONTENTS.key())).isEqualTo(CONTENTS.bytes());
    assertThat(source.opened()).hasSize(1);
  }

  @Test
  void twoHundredReadersThatStandStillSlowNoOneAndShareOneFile() throws Exception {
    Tap tap = new Tap(200_000);
    FakeSource source = behind(tap);
    CountDownLatch standing = new CountDownLatch(200);
    CountDownLatch goOn = new CountDownLatch(1);
    List<Future<byte[]>> slow =
        pantry.start(
            200,
            () -> {
              var out = new ByteArrayOutputStream();
              try (Blob blob = pantry.blobs.open(CONTENTS.key(), 0, List.of(source))) {
                blob.transferTo(ByteRange.all(SIZE), standing(out, standing, goOn));
              }
              return out.toByteArray();
            });
    standing.await();
    assertThat(pantry.files.files()).hasSize(1);
    tap.open();
    assertThat(pantry.start(() -> pantry.read(CONTENTS.key(), source)).get())
        .as("a quick reader beside them")
        .isEqualTo(CONTENTS.bytes());
    while (pantry.blobs.fills() > 0) {
      Thread.onSpinWait();
    }
    goOn.countDown();
    for (Future<byte[]> reader : slow) {
      assertThat(reader.get()).isEqualTo(CONTENTS.bytes());
    }
    assertThat(source.opened()).containsExactly(0L);
    assertThat(source.bytesRead()).isEqualTo(SIZE);
  }

  /** A channel that takes one write and then stands still until told to go on. */
  private static WritableByteChannel standing(
      ByteArrayOutputStream out, CountDownLatch standing, CountDownLatch goOn) {
    WritableByteChannel to = Channels.newChannel(out);
    return new WritableByteChannel() {
      private boolean stood;

      @Override
      public int write(ByteBuffer bytes) throws IOException {
        if (!stood) {
          stood = true;
          standing.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        }
        return to.write(bytes);
      }

      @Override
      public boolean isOpen() {
        return true;
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void interruptingOneReaderDisturbsNoOther() throws Exception {
    Tap tap = new Tap(200_000);
    FakeSource source = behind(tap);
    CountDownLatch reading = new CountDownLatch(20);
    List<Thread> threads = new ArrayList<>();
    List<Future<byte[]>> readers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      readers.add(
          pantry.start(() -> {
            synchronized (threads) {
              threads.add(Thread.currentThread());
            }
            var out = new ByteArrayOutputStream();
            try (Blob blob = pantry.blobs.open(CONTENTS.key(), 0, List.of(source))) {
              reading.countDown();
              blob.transferTo(ByteRange.all(SIZE), Channels.newChannel(out));
            }
            return out.toByteArray();
          }));
    }
    reading.await();
    List<Thread> interrupted;
    synchronized (threads) {
      interrupted = List.copyOf(threads.subList(0, 5));
    }
    interrupted.forEach(Thread::interrupt);
    for (Thread each : interrupted) {
      each.join();
    }
    tap.open();
    int cut = 0;
    for (Future<byte[]> reader : readers) {
      try {
        assertThat(reader.get()).isEqualTo(CONTENTS.bytes());
      } catch (ExecutionException e) {
        assertThat(e).hasCauseInstanceOf(IOException.class);
        cut++;
      }
    }
    assertThat(cut).isEqualTo(5);
    assertThat(source.opened()).containsExactly(0L);
  }

  @Test
  void aSecondPullAsksNoOne() throws Exception {
    FakeSource source = new FakeSource(CONTENTS.bytes());
    pantry.read(CONTENTS.key(), source);
    while (pantry.blobs.fills() > 0) {
      Thread.onSpinWait();
    }
    int finds = pantry.store.finds.get();
    for (int i = 0; i < 10; i++) {
      assertThat(pantry.read(CONTENTS.key())).isEqualTo(CONTENTS.bytes());
    }
    assertThat(source.opened()).hasSize(1);
    assertThat(pantry.store.finds.get() - finds).as("looks into the store").isEqualTo(10);
  }

  @Test
  void spacesAreFilledAndServedApart() throws Exception {
    BlobKey hidden = new BlobKey(new Space.Private("vendor.example"), CONTENTS.key().digest());
    FakeSource vendor = new FakeSource(CONTENTS.bytes());
    assertThat(pantry.read(hidden, vendor)).isEqualTo(CONTENTS.bytes());
    FakeSource none =
        new FakeSource(
            CONTENTS.bytes(),
            (_, _, _) -> {
              throw new SourceException.Unknown("404");
            });
    assertThatThrownBy(() -> pantry.read(CONTENTS.key(), none))
        .isInstanceOf(SourceException.Unknown.class);
    assertThat(none.opened()).hasSize(1);
  }
}
