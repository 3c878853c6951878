package larder.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import larder.http.LogTrap;
import larder.tiering.FakeClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedTest {
  @TempDir private Path folder;
  private final FakeClock clock = new FakeClock();
  private final AtomicInteger readings = new AtomicInteger();
  private Path file;

  @BeforeEach
  void write() throws Exception {
    file = Files.writeString(folder.resolve("file"), "good 1");
  }

  private Watched<String> open() throws IOException {
    return Watched.open(List.of(file), this::read, clock);
  }

  private String read() throws IOException {
    readings.incrementAndGet();
    String text = new String(SmallFile.read("some.key", file), UTF_8);
    if (!text.startsWith("good")) {
      throw new IOException("some.key: " + file + " line 1 is " + text.length() + " long");
    }
    return text;
  }

  private String later(Watched<String> watched) {
    clock.advance(Duration.ofSeconds(1));
    return watched.current().content();
  }

  @Test
  void whatDoesNotChangeIsReadOnce() throws Exception {
    Watched<String> watched = open();
    for (int i = 0; i < 10; i++) {
      assertThat(later(watched)).isEqualTo("good 1");
    }
    assertThat(readings).hasValue(1);
    assertThat(watched.current().number()).isZero();
  }

  @Test
  void aChangeIsSeenWithinASecondAndNotLookedForBefore() throws Exception {
    Watched<String> watched = open();
    Files.writeString(file, "good 22");
    clock.advance(Duration.ofMillis(999));
    assertThat(watched.current().content()).isEqualTo("good 1");
    clock.advance(Duration.ofMillis(1));
    assertThat(watched.current().content()).isEqualTo("good 22");
    assertThat(watched.current().number()).isEqualTo(1);
    assertThat(readings).hasValue(2);
  }

  @Test
  void aFileOfTheSameSizeAndTimeInItsPlaceIsAChange() throws Exception {
    Watched<String> watched = open();
    FileTime time = Files.getLastModifiedTime(file);
    Path other = Files.writeString(folder.resolve("other"), "good 2");
    Files.setLastModifiedTime(other, time);
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
    assertThat(later(watched)).isEqualTo("good 2");
  }

  @Test
  void aLinkThatPointsElsewhereIsAChange() throws Exception {
    Path one = Files.writeString(folder.resolve("one"), "good 1");
    Path two = Files.writeString(folder.resolve("two"), "good 2");
    Files.setLastModifiedTime(two, Files.getLastModifiedTime(one));
    file = Files.createSymbolicLink(folder.resolve("link"), one);
    Watched<String> watched = open();
    Files.delete(file);
    Files.createSymbolicLink(file, two);
    assertThat(later(watched)).isEqualTo("good 2");
  }

  @Test
  void whatIsOfNoUseIsLoggedOnceAndTheLastGoodOneStays() throws Exception {
    Watched<String> watched = open();
    try (LogTrap log = LogTrap.set()) {
      Files.writeString(file, "bad");
      for (int i = 0; i < 5; i++) {
        assertThat(later(watched)).isEqualTo("good 1");
      }
      assertThat(log.warnings())
          .containsExactly(
              "some.key: "
                  + file
                  + " line 1 is 3 long; until then what was read before stays in force");

      Files.delete(file);
      for (int i = 0; i < 5; i++) {
        assertThat(later(watched)).isEqualTo("good 1");
      }
      assertThat(log.warnings()).hasSize(2).last().asString().contains("is not there; create it");

      Files.createDirectory(file);
      for (int i = 0; i < 5; i++) {
        assertThat(later(watched)).isEqualTo("good 1");
      }
      assertThat(log.warnings()).hasSize(3).last().asString().contains("is not a file");
      assertThat(watched.current().number()).isZero();

      Files.delete(file);
      Files.writeString(file, "good again");
      assertThat(later(watched)).isEqualTo("good again");
      assertThat(log.warnings()).hasSize(3);
    }
  }

  @Test
  void whatCouldNotBeReadIsTriedAgainThoughItLooksTheSame() throws Exception {
    AtomicInteger failing = new AtomicInteger();
    Watched<String> watched =
        Watched.open(
            List.of(file),
            () -> {
              if (failing.getAndDecrement() > 0) {
                throw new IOException("no right to read");
              }
              return read();
            },
            clock);
    failing.set(3);
    Files.writeString(file, "good, but not mine yet");
    try (LogTrap log = LogTrap.set()) {
      for (int i = 0; i < 3; i++) {
        assertThat(later(watched)).isEqualTo("good 1");
      }
      assertThat(log.warnings()).hasSize(1);
      assertThat(later(watched)).isEqualTo("good, but not mine yet");
    }
  }

  @Test
  void whatChangesWhileItIsReadIsReadAgain() throws Exception {
    Watched<String> watched =
        Watched.open(
            List.of(file),
            () -> {
              String text = read();
              if (text.equals("good half")) {
                Files.writeString(file, "good half and half");
              }
              return text;
            },
            clock);
    Files.writeString(file, "good half");
    assertThat(later(watched)).isEqualTo("good half");
    assertThat(later(watched)).isEqualTo("good half and half");
  }

  @Test
  void aClockThatIsSetBackDoesNotPutItOff() throws Exception {
    Watched<String> watched = open();
    Files.writeString(file, "good 22");
    clock.advance(Duration.ofDays(-1));
    assertThat(watched.current().content()).isEqualTo("good 22");
  }
}
