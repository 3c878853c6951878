package larder.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentTest {
  @ParameterizedTest
  @CsvSource({
    "LARDER_DISK_MIN_FREE, larder.disk.min-free",
    "LARDER_ACCESS_LOG, larder.access-log",
    "LARDER_UPSTREAMS_0_URL, larder.upstreams.0.url",
    "LARDER_UPSTREAMS_12_ALLOW_PRIVATE_ADDRESSES, larder.upstreams.12.allow-private-addresses",
    "LARDER_UPSTREAMS_0_ALIASES, larder.upstreams.0.aliases",
    "LARDER_UPSTREAMS_0_ALIASES_3, larder.upstreams.0.aliases.3",
    "SERVER_PORT, server.port",
    "SERVER_CONNECTION_OPTIONS_TCP_NO_DELAY, server.connection-options.tcp-no-delay",
  })
  void namesKeys(String variable, String path) {
    assertThat(Environment.of(Map.of(variable, "1")).settings()).containsOnlyKeys(path);
  }

  @ParameterizedTest
  @CsvSource({
    "LARDER_PORT, tcp://10.0.0.1:5000",
    "LARDER_SERVICE_HOST, 10.0.0.1",
    "LARDER_SERVICE_PORT, 5000",
    "LARDER_SERVICE_PORT_HTTP, 5000",
    "LARDER_PORT_5000_TCP, tcp://10.0.0.1:5000",
    "LARDER_PORT_5000_TCP_ADDR, 10.0.0.1",
    "LARDER_PORT_5000_TCP_PORT, 5000",
    "LARDER_PORT_5000_TCP_PROTO, tcp",
    "LARDER_ADMIN_PORT, tcp://10.0.0.1:5001",
    "LARDER_ADMIN_PORT_5001_TCP_ADDR, 10.0.0.1",
    "LARDER_ADMIN_SERVICE_HOST, 10.0.0.1",
    "LARDER_DNS_PORT, udp://10.0.0.1:53",
    "SERVER_PORT, tcp://10.0.0.1:80",
    "SERVER_HOST, tcp://10.0.0.1:80",
    "SERVER_SOFTWARE, apache",
    "LARDER_JAVA_OPTS, -Xmx1g",
    "PATH, /bin",
  })
  void ignoresLinksAndWhatIsNotMeant(String variable, String value) {
    Environment environment = Environment.of(Map.of(variable, value));

    assertThat(environment.settings()).isEmpty();
    assertThat(environment.warnings()).isEmpty();
  }

  @Test
  void warnsOfOthersByNameOnly() {
    Environment environment =
        Environment.of(
            Map.of(
                "LARDER_DISK_SIZE",
                "secret",
                "LARDER_DISK_CAPACTY",
                "secret",
                "LARDER_PORT",
                "80"));

    assertThat(environment.settings()).isEmpty();
    assertThat(environment.warnings())
        .containsExactly(
            "environment variable LARDER_DISK_CAPACTY is not read: did you mean LARDER_DISK_CAPACITY?",
            "environment variable LARDER_DISK_SIZE is not read: docs/configuration.md lists the known ones",
            "environment variable LARDER_PORT is not read: docs/configuration.md lists the known ones");
  }

  @Test
  void anEmptyVariableIsNotSet() {
    assertThat(Environment.of(Map.of("LARDER_CLUSTER", "")).settings()).isEmpty();
  }
}
