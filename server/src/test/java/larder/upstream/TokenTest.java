package larder.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "\"token\":\"t\"; 48",
        "\"access_token\":\"t\"; 48",
        "\"token\":\"\",\"access_token\":\"t\"; 48",
        "\"token\":\"t\",\"expires_in\":0; 48",
        "\"token\":\"t\",\"expires_in\":-5; 48",
        "\"token\":\"t\",\"expires_in\":\"soon\"; 48",
        "\"token\":\"t\",\"expires_in\":10; 8",
        "\"token\":\"t\",\"expires_in\":300; 270",
        "\"token\":\"t\",\"expires_in\":\"300\"; 270",
        "\"token\":\"t\",\"expires_in\":9223372036854775807; 86370",
        "\"token\":\"t\",\"expires_in\":300,\"issued_at\":\"2026-01-02T03:03:05Z\"; 210",
        "\"token\":\"t\",\"expires_in\":300,\"issued_at\":\"2026-01-02T04:03:05.123456789+01:00\"; 210",
        "\"token\":\"t\",\"expires_in\":300,\"issued_at\":\"2025-01-02T03:03:05Z\"; 135",
        "\"token\":\"t\",\"expires_in\":300,\"issued_at\":\"2027-01-02T03:03:05Z\"; 270",
        "\"token\":\"t\",\"expires_in\":300,\"issued_at\":\"yesterday\"; 270",
      })
  void isUsedForLessThanItsLife(String json, long seconds) throws Exception {
    Token token = Token.read(("{" + json + "}").getBytes(UTF_8), NOW, 3, "here");
    assertThat(token.value()).isEqualTo("t");
    assertThat(Duration.between(NOW, token.goodUntil()).toSeconds()).isEqualTo(seconds);
  }

  @Test
  void doesNotTellItsValue() throws Exception {
    Token token = Token.read("{\"token\":\"secret\"}".getBytes(UTF_8), NOW, 3, "here");
    assertThat(token.toString()).doesNotContain("secret");
  }
}
