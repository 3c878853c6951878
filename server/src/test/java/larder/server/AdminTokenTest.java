package larder.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminTokenTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws Exception {
    file = Files.writeString(folder.resolve("token"), " token-of-the-operator-1\n");
  }

  private AdminToken token() throws Exception {
    return AdminToken.make(folder, Optional.of(file), new SecureRandom());
  }

  private static boolean takes(AdminToken token, String header) {
    return token.isIn(Optional.of(header));
  }

  @Test
  void itIsTakenWhole() throws Exception {
    AdminToken token = token();
    assertThat(takes(token, "Bearer token-of-the-operator-1")).isTrue();
    for (String other :
        new String[] {"", "Bearer", "Bearer ", "Bearer of-the", "token-of-the-operator-1"}) {
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
  void anotherIsTakenAtOnce() throws Exception {
    AdminToken token = token();
    Files.writeString(file, "another-one-of-24-letters");
    assertThat(takes(token, "Bearer another-one-of-24-letters")).isTrue();
    assertThat(takes(token, "Bearer token-of-the-operator-1")).isFalse();
  }

  @Test
  void aFileThatIsNotThereStopsTheStart() throws Exception {
    Files.delete(file);
    assertThatIOException()
        .isThrownBy(this::token)
        .withMessageStartingWith("larder.admin.token-file: " + file + " is not there");
  }

  @Test
  void oneThatCanBeGuessedStopsTheStart() throws Exception {
    Files.writeString(file, "abc\n");
    assertThatIOException()
        .isThrownBy(this::token)
        .withMessageContaining("has 3 characters")
        .withMessageNotContaining("abc");
  }

  @Test
  void whatIsTakenAwayLetsNobodyIn() throws Exception {
    AdminToken token = token();
    Files.delete(file);
    assertThat(takes(token, "Bearer token-of-the-operator-1")).isFalse();
    Files.createDirectory(file);
    assertThat(takes(token, "Bearer token-of-the-operator-1")).isFalse();
    Files.delete(file);
    Files.writeString(file, "abc");
    assertThat(takes(token, "Bearer abc")).isFalse();
    Files.writeString(file, "token-of-the-operator-1");
    assertThat(takes(token, "Bearer token-of-the-operator-1")).isTrue();
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
