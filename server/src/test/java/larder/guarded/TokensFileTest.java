package larder.guarded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensFileTest {
  @TempDir private Path folder;

  @Test
  void aTokenHasAnOwner() throws Exception {
    Tokens tokens =
        read("# CI\n\nci:sha256:" + hash("one") + "\r\n  b:sha256:" + hash("two") + " \n");
    assertThat(tokens.owner("one".getBytes(UTF_8))).contains("ci");
    assertThat(tokens.owner("two".getBytes(UTF_8))).contains("b");
    assertThat(tokens.owner("three".getBytes(UTF_8))).isEmpty();
    assertThat(tokens.owner(new byte[0])).isEmpty();
  }

  @Test
  void aNameMayHaveTwoDuringAChange() throws Exception {
    Tokens tokens =
        read("ci:sha256:" + hash("old") + "\nci:sha256:" + hash("new").toUpperCase(Locale.ROOT));
    assertThat(tokens.owner("old".getBytes(UTF_8))).contains("ci");
    assertThat(tokens.owner("new".getBytes(UTF_8))).contains("ci");
  }

  @Test
  void aTokenHasOneOwner() throws Exception {
    refused(
        "a:sha256:" + hash("x") + "\nb:sha256:" + hash("x"),
        "line 2 has the token of an earlier line");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ci",
        "ci:s3cret",
        "ci:sha256:s3cret",
        "ci:sha1:s3cret",
        ":sha256:s3cret",
        "s3cret"
      })
  void otherLinesStopTheStart(String line) throws Exception {
    refused("\n" + line, "line 2 is not name:sha256:HASH with 64 hexadecimal digits");
  }

  @Test
  void theFileIsThereAndReadable() throws Exception {
    assertThatIOException()
        .isThrownBy(
            () -> CredentialsFile.read("larder.guarded.tokens-file", folder.resolve("none")))
        .withMessage(
            "larder.guarded.tokens-file: " + folder.resolve("none") + " is not there; create it");
    assertThatIOException()
        .isThrownBy(() -> CredentialsFile.read("larder.guarded.tokens-file", folder))
        .withMessage("larder.guarded.tokens-file: " + folder + " is not a file; name one");
    Path latin = Files.write(folder.resolve("latin"), new byte[] {'a', (byte) 0xe4});
    assertThatIOException()
        .isThrownBy(() -> CredentialsFile.read("k", latin))
        .withMessage("k: " + latin + " is not UTF-8; write it anew");
    Path large = Files.write(folder.resolve("large"), new byte[(1 << 20) + 1]);
    assertThatIOException()
        .isThrownBy(() -> CredentialsFile.read("k", large))
        .withMessage("k: " + large + " is larger than 1 MiB; shorten it");
  }

  private void refused(String text, String message) {
    assertThatIOException()
        .isThrownBy(() -> read(text))
        .withMessageStartingWith(
            "larder.guarded.tokens-file: " + folder.resolve("tokens") + " " + message)
        .withMessageNotContaining("s3cret");
  }

  private Tokens read(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("tokens"), text);
    return Tokens.of(CredentialsFile.read("larder.guarded.tokens-file", file));
  }

  private static String hash(String token) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
  }
}
