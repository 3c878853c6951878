package larder.guarded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsersFileTest {
  @TempDir private Path folder;

  @Test
  void aUserHasAHash() throws Exception {
    Users users =
        read(
            "\uFEFFci:%s\n# team b\n\n  b c:%s\r\n"
                .formatted(People.hash("one"), People.hash("2")));
    assertThat(users.find("ci").orElseThrow().matches("one".getBytes(UTF_8))).isTrue();
    assertThat(users.find("b c").orElseThrow().matches("2".getBytes(UTF_8))).isTrue();
    assertThat(users.find("")).isEmpty();
    assertThat(users.find("CI")).isEmpty();
  }

  @Test
  void aNameThatIsNotThereHasAlwaysTheSameDecoy() throws Exception {
    Users users = read("a:" + People.hash("1") + "\nb:" + People.hash("2"));
    assertThat(users.decoy(-1)).isSameAs(users.decoy(-1)).isNotSameAs(users.decoy(0));
    assertThat(users.decoy(Long.MIN_VALUE)).isSameAs(users.decoy(0));
  }

  @Test
  void aUserIsThereOnce() {
    refused(
        "ci:" + People.hash("one") + "\nci:" + People.hash("two"),
        "line 2 is a second one for \"ci\"; keep one");
  }

  @Test
  void otherLinesStopTheStart() {
    refused("s3cret", "line 1 is not user:hash; make it by htpasswd -nB");
    refused(":" + People.hash("one"), "line 1 is not user:hash");
    refused("ci:s3cret", "line 1 the password of \"ci\" is hashed neither by bcrypt nor by Argon2");
    refused("a\u0001:x", "line 1 has a name with control characters");
    refused("a".repeat(256) + ":x", "line 1 has a name with control characters or more than 255");
  }

  @Test
  void aHashInThePlaceOfTheNameIsNotShown() {
    refused("$2y$05$s3cret:ci", "line 1 the password of that user is hashed neither");
    refused("hunter2/s3cret:ci", "line 1 the password of that user is hashed neither");
  }

  private void refused(String text, String message) {
    assertThatIOException()
        .isThrownBy(() -> read(text))
        .withMessageStartingWith("larder.guarded.users-file: " + folder.resolve("users") + " ")
        .withMessageContaining(message)
        .withMessageNotContaining("s3cret")
        .withMessageNotContaining("$");
  }

  private Users read(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("users"), text);
    return Users.of(CredentialsFile.read("larder.guarded.users-file", file));
  }
}
