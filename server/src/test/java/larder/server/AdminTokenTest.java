package larder.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import larder.tiering.FakeClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminTokenTest {
  @TempDir Path folder;
  private final FakeClock clock = new FakeClock();
  private Path file;

  @BeforeEach
  void write() throws Exception {
    file = Files.writeString(folder.resolve("token"), " of-the-operator\n");
  }

  private AdminToken token() throws Exception {
    return AdminToken.make(folder, Optional.of(file), new SecureRandom(), clock);
  }

  private static boolean takes(AdminToken token, String header) {
    return token.isIn(Optional.of(header));
  }

  @Test
  void itIsTakenWhole() throws Exception {
    AdminToken token = token();
    assertThat(takes(token, "Bearer of-the-operator")).isTrue();
    for (String other :
        new String[] {"", "Bearer", "Bearer ", "Bearer of-the", "of-the-operator"}) {
      assertThat(takes(token, other)).as(other).isFalse();
    }
    assertThat(token.isIn(Optional.empty())).isFalse();
  }

  @Test
  void anEmptyFileLetsNobodyIn() throws Exception {
    Files.writeString(file, "\n");
    assertThat(takes(token(), "Bearer ")).isFalse();
  }

  @Test
  void anotherIsTakenWithinASecond() throws Exception {
    AdminToken token = token();
    Files.writeString(file, "another-one");
    clock.advance(Duration.ofSeconds(1));
    assertThat(takes(token, "Bearer another-one")).isTrue();
    assertThat(takes(token, "Bearer of-the-operator")).isFalse();
  }

  @Test
  void aFileThatIsNotThereStopsTheStart() throws Exception {
    Files.delete(file);
    assertThatIOException()
        .isThrownBy(this::token)
        .withMessageStartingWith("larder.admin.token-file: " + file + " is not there");
  }

  @Test
  void theOneOfTheProcessIsFoundInTheDataDirectory() throws Exception {
    AdminToken token = token();
    token.publish(java.net.URI.create("http://127.0.0.1:1"));
    AdminToken.Access access = AdminToken.find(folder);
    assertThat(takes(token, "Bearer " + access.token())).isTrue();
    assertThat(access.toString()).doesNotContain(access.token());
    token.close();
    assertThatIOException().isThrownBy(() -> AdminToken.find(folder));
  }
}
