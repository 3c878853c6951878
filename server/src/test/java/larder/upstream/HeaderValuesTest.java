package larder.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderValuesTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "0; 0",
        "7; 7",
        " 7 ; 7",
        "1.5; 1",
        "120; 120",
        "99999999999999999999; 86400",
        "Fri, 02 Jan 2026 03:04:35 GMT; 30",
        "Friday, 02-Jan-26 03:04:35 GMT; 30",
        "Fri, 02 Jan 2026 03:00:00 GMT; 0",
        "Fri, 02 Jan 2037 03:00:00 GMT; 86400"
      })
  void retryAfterIsSecondsOrADate(String text, long seconds) {
    assertThat(RetryAfter.parse(text, NOW)).contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1", "7s", "2026-01-02"})
  void otherTextsSayNothing(String text) {
    assertThat(RetryAfter.parse(text, NOW)).isEmpty();
  }

  @Test
  void contentRangesAreRead() {
    assertThat(ContentRange.parse("bytes 5-9/10"))
        .contains(new ContentRange(5, 9, OptionalLong.of(10)));
    assertThat(ContentRange.parse("Bytes 0-0/*"))
        .contains(new ContentRange(0, 0, OptionalLong.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes */10",
        "bytes 9-5/10",
        "bytes 5-10/10",
        "bytes 5-9",
        "items 5-9/10",
        "bytes -5-9/10",
        "bytes 5-99999999999999999999/*"
      })
  void unsoundContentRangesAreNone(String text) {
    assertThat(ContentRange.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "http://a.example, http, a.example, 80",
    "HTTPS://A.Example/x?y, https, a.example, 443",
    "https://a.example:5000/, https, a.example, 5000",
    "http://my_registry:5000, http, my_registry, 5000",
    "http://[::1]:5000/, http, ::1, 5000",
    "http://[::ffff:127.0.0.1]/, http, ::ffff:127.0.0.1, 80",
  })
  void sitesAreSchemeHostAndPort(String uri, String scheme, String host, int port) {
    assertThat(Site.of(URI.create(uri))).contains(new Site(scheme, host, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "ftp://a.example/",
        "//a.example/",
        "/v2/",
        "http:a.example",
        "http://user@a.example/",
        "http://user:secret@a.example/",
        "gopher://a.example/"
      })
  void otherAddressesAreNoSites(String uri) {
    assertThat(Site.of(URI.create(uri))).isEmpty();
  }
}
