package larder.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import larder.tiering.FakeClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFileTest {
  @TempDir private Path folder;
  private final FakeClock clock = new FakeClock();
  private Path path;
  private WatchedFile file;

  @BeforeEach
  void write() throws Exception {
    path = Files.writeString(folder.resolve("file"), "first");
    file = new WatchedFile("some file", path, clock);
    file.text();
  }

  @Test
  void aChangeIsSeenWithinASecondAndNotLookedForBefore() throws Exception {
    Files.writeString(path, "second");
    clock.advance(Duration.ofMillis(999));
    assertThat(file.text()).isEqualTo("first");
    clock.advance(Duration.ofMillis(1));
    assertThat(file.text()).isEqualTo("second");
  }

  @Test
  void aClockThatIsSetBackDoesNotPutItOff() throws Exception {
    Files.writeString(path, "second");
    clock.advance(Duration.ofHours(-1));
    assertThat(file.text()).isEqualTo("second");
  }

  @Test
  void whatCouldNotBeReadIsNotRememberedAsRead() throws Exception {
    Files.delete(path);
    clock.advance(Duration.ofSeconds(1));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(file::text).isInstanceOf(LoginException.class);
    }
    Files.writeString(path, "second");
    assertThat(file.text()).isEqualTo("second");
  }
}
