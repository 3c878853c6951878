package larder.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4096, 4096",
    "1B, 1",
    "1kB, 1000",
    "1 GB, 1000000000",
    "200GiB, 214748364800",
    "200Gi, 214748364800",
    "64mib, 67108864",
    "1.5TB, 1500000000000",
    "1.0000001KiB, 1024",
    "8388607TiB, 9223370937343148032",
  })
  void readsSizes(String text, long bytes) {
    assertThat(Quantities.size(text)).contains(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "GiB", "-1", "1G", "1 XB", "1,5GiB", "0x10", "9999999TiB", "1GiB ", "1e3"})
  void refusesOtherSizes(String text) {
    assertThat(Quantities.size(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0s, PT0S",
    "500ms, PT0.5S",
    "75s, PT75S",
    "1m, PT1M",
    "12h, PT12H",
    "7d, PT168H",
    "7 d, PT168H",
    "PT1M, PT1M",
    "P1DT2H, PT26H",
  })
  void readsDurations(String text, Duration duration) {
    assertThat(Quantities.duration(text)).contains(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "m",
        "-1m",
        "PT-1M",
        "1M",
        "1w",
        "1h30m",
        "999999999d",
        "999999999999999999m"
      })
  void refusesOtherDurations(String text) {
    assertThat(Quantities.duration(text)).isEmpty();
  }

  @Test
  void automaticCapacityCountsWhatIsHeldAsFree() {
    DiskCapacity capacity = new DiskCapacity.Automatic();

    assertThat(capacity.bytes(1000, 0)).isEqualTo(800);
    assertThat(capacity.bytes(200, 800)).isEqualTo(800);
    assertThat(capacity.bytes(1L << 50, 0)).isEqualTo(50L << 30);
  }
}
