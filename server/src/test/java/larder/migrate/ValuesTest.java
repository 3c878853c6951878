package larder.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import larder.config.ConfigException;
import larder.config.Setting;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses and durations as Go writes them. */
class ValuesTest {
  @ParameterizedTest
  @CsvSource({
    ":5000, 0.0.0.0, 5000",
    "127.0.0.1:5000, 127.0.0.1, 5000",
    "localhost:0, localhost, 0",
    "[::1]:65535, ::1, 65535",
    "[::]:5000, ::, 5000",
  })
  void addresses(String text, String host, int port) throws Exception {
    assertThat(address(text)).isEqualTo(new Address(host, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"5000", ":", ":http", ":65536", ":999999", "::1:5000", "[::1]", "a:b:1", "/run/x"})
  void whatIsNoAddress(String text) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> address(text))
        .withMessageContaining("is not a host and a port");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "60s, 60000",
    "1h2m3.5s4ms, 3723504",
    "1.5ms, 2",
    "1ns, 1",
    "1000us, 1",
    "1000µs, 1",
  })
  void durations(String text, long millis) {
    assertThat(GoDuration.millis(text)).contains(millis);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "-1s", "1d", "s", "1s ", "1..5s", "9999999999999s"})
  void whatIsNoDuration(String text) {
    assertThat(GoDuration.millis(text)).isEmpty();
  }

  private static Address address(String text) throws ConfigException {
    return Address.of("http.addr", Setting.of(text, "test"));
  }
}
