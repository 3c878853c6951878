package larder.guarded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationTest {
  @ParameterizedTest
  @ValueSource(strings = {"ci:s3cret", "ci:", "ci:a:b", "ü ser:pässwörd 😀"})
  void aNameAndAPassword(String both) {
    for (String scheme : new String[] {"Basic ", "basic ", "BASIC   "}) {
      assertThat(Authorization.read(scheme + base64(both.getBytes(UTF_8))).orElseThrow())
          .isInstanceOfSatisfying(
              Authorization.Basic.class,
              basic ->
                  assertThat(basic.name() + ":" + new String(basic.password(), UTF_8))
                      .isEqualTo(both));
    }
  }

  @Test
  void aToken() {
    assertThat(Authorization.read("bearer a.b_c-d~e+f/g==").orElseThrow())
        .isInstanceOfSatisfying(
            Authorization.Bearer.class,
            bearer -> assertThat(bearer.token()).asString().isEqualTo("a.b_c-d~e+f/g=="));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Basic",
        "Basic ",
        "Bearer ",
        "Basic !!!",
        "Basic Y2k6czNjcmV0 ",
        " Basic Y2k6czNjcmV0",
        "Basic\tY2k6czNjcmV0",
        "Basic Y2k6czNjcmV0, Bearer abc",
        "Basic Y2k6czNjcmV0,Basic Y2k6czNjcmV0",
        "Bearer abc, Bearer def",
        "Bearer abc def",
        "Bearer ä",
        "Bearer abc\u0000",
        "Digest username=\"ci\"",
        "Negotiate abc",
        "Y2k6czNjcmV0",
        "Basic Y2k",
        "Basic Y2k6c"
      })
  void whatCannotBeRead(String value) {
    assertThat(Authorization.read(value)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ci", ":s3cret", "c\u0000i:x", "ci:a\nb", "ci:\u0085", "ci:\u007f"})
  void whatIsNoNameAndPassword(String both) {
    assertThat(Authorization.read("Basic " + base64(both.getBytes(UTF_8)))).isEmpty();
  }

  @Test
  void otherEncodingsAreNotGuessed() {
    assertThat(Authorization.read("Basic " + base64(new byte[] {'a', ':', (byte) 0xe4}))).isEmpty();
  }

  @Test
  void lengthsAreBounded() {
    assertThat(Authorization.read(People.basic("a".repeat(255), "b".repeat(1024)))).isPresent();
    assertThat(Authorization.read(People.basic("a".repeat(256), "b"))).isEmpty();
    assertThat(Authorization.read(People.basic("a", "b".repeat(1025)))).isEmpty();
    assertThat(Authorization.read("Bearer " + "a".repeat(8 * 1024 - 7))).isPresent();
    assertThat(Authorization.read("Bearer " + "a".repeat(8 * 1024 - 6))).isEmpty();
  }

  @Test
  void nothingThrows() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    String alphabet = "BasicearBEARER :=+/,\"\u0000\u00e4\ud800YWJj0 \t\r\n";
    for (int i = 0; i < 100_000; i++) {
      StringBuilder value = new StringBuilder(random.nextBoolean() ? "Basic " : "Bearer ");
      for (int length = random.nextInt(20); length > 0; length--) {
        value.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(Authorization.read(value.toString())).as("seed %d", seed).isNotNull();
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
