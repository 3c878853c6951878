package larder.guarded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hashes as other programs make them. */
class PasswordHashTest {
  private static final String SALTED = "abcdefghijklmnopqrstuu";

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        // By the crypt of libxcrypt.
        "secret $2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW",
        "secret $2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW",
        "päss $2y$04$......................oT6uTB2fNtbg.neehfRQ6damJwBl.jm",
        // By Argon2's reference implementation.
        "password $argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "password $argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
        "password $argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
        "password $argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ"
      })
  void knowsItsPassword(String password, String hash) throws Exception {
    PasswordHash read = read(hash);
    assertThat(read.matches(password.getBytes(UTF_8))).isTrue();
    assertThat(read.matches((password + "x").getBytes(UTF_8))).isFalse();
    assertThat(read.matches(new byte[0])).isFalse();
    assertThat(read.toString()).contains("(secret)").doesNotContain("$");
  }

  @Test
  void bcryptTakesNoPasswordThatItWouldCut() throws Exception {
    PasswordHash hash = read("$2a$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i");
    assertThat(hash.matches("x".repeat(72).getBytes(UTF_8))).isTrue();
    assertThat(hash.matches("x".repeat(73).getBytes(UTF_8))).isFalse();
    assertThat(hash.matches("x".repeat(1000).getBytes(UTF_8))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "$2y$15$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a|has the bcrypt cost 15; make it anew with 4 to 14",
        "$2y$03$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a|has the bcrypt cost 3;",
        "$argon2id$v=19$m=65537,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4|takes more memory by Argon2 than m=65536",
        "$argon2id$v=19$m=65536,t=11,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4|takes other than t=1 to t=10",
        "$argon2id$v=19$m=65536,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4|takes other than t=1",
        "$argon2id$v=19$m=65536,t=1,p=17$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4|takes other than p=1 to p=16",
        "$argon2id$v=19$m=15,t=1,p=2$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4|less than m=8 for each",
        "$argon2id$v=19$m=256,t=1,p=2$c29tZXNhbHQ12$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4|is not whole"
      })
  void whatWouldCostTooMuchIsRefused(String hash, String complaint) {
    refused(hash, complaint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3cret",
        "",
        "$apr1$s3cret$s3cret",
        "{SHA}s3cret",
        "$1$s3cret",
        "$6$s3cret$s3cret",
        "$2x$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a",
        "$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0",
        "$2y$05$abcdefghijklmnopqrstuvOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a",
        "$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0b",
        "$argon2id$v=18$m=256,t=1,p=2$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2x$v=19$m=256,t=1,p=2$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=99999999999,t=1,p=2$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
      })
  void othersAreRefused(String hash) {
    refused(hash, "is hashed neither by bcrypt nor by Argon2; make the line anew");
  }

  private static void refused(String hash, String complaint) {
    assertThatIOException()
        .isThrownBy(() -> read(hash))
        .withMessageStartingWith("key: file line 7 the password of \"ci\" ")
        .withMessageContaining(complaint)
        .withMessageNotContaining("s3cret")
        .withMessageNotContaining("c29tZXNhbHQ")
        .withMessageNotContaining(SALTED);
  }

  private static PasswordHash read(String hash) throws IOException {
    return PasswordHash.of(new CredentialsFile.Line("key: file line 7", "(not shown)"), "ci", hash);
  }
}
