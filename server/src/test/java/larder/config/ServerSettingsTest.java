package larder.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helidon.config.Config;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerSettingsTest {
  @Test
  void theFrameworkTakesTheDefaults() throws Exception {
    WebServerConfig server = WebServer.builder().config(read(Map.of())).buildPrototype();

    assertThat(server.host()).isEqualTo("0.0.0.0");
    assertThat(server.port()).isEqualTo(5000);
    assertThat(server.useNio()).isFalse();
    assertThat(server.writeQueueLength()).isZero();
    assertThat(server.writeBufferSize()).isEqualTo(65_536);
    assertThat(server.idleConnectionTimeout()).isEqualTo(Duration.ofSeconds(75));
    assertThat(server.idleConnectionPeriod()).isEqualTo(Duration.ofSeconds(10));
    assertThat(server.connectionOptions().tcpNoDelay()).isTrue();
  }

  @Test
  void theFrameworkTakesWhatTheOperatorWrites() throws Exception {
    WebServerConfig server =
        WebServer.builder()
            .config(
                read(
                    Map.of(
                        "server.idle-connection-timeout", "1m",
                        "server.connection-options.tcp-no-delay", "false",
                        "server.backlog", "7")))
            .buildPrototype();

    assertThat(server.idleConnectionTimeout()).isEqualTo(Duration.ofMinutes(1));
    assertThat(server.connectionOptions().tcpNoDelay()).isFalse();
    assertThat(server.backlog()).isEqualTo(7);
  }

  @Test
  void listsOfTheFrameworkStayLists() throws Exception {
    Config server =
        read(
            Map.of(
                "server.tls.sni-hosts.0", "one.example",
                "server.tls.sni-hosts.1", "two.example"));

    assertThat(server.get("tls.sni-hosts").asList(String.class).get())
        .containsExactly("one.example", "two.example");
  }

  @Test
  void referencesAreNotResolved() throws Exception {
    assertThat(read(Map.of("server.tls.x", "pa${PATH}ss")).get("tls.x").asString().get())
        .isEqualTo("pa${PATH}ss");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tls.client-auth",
        "tls.trust.pem.certificates.resource.path",
        "tls.protocols",
        "tls.protocols.0",
        "tls.cipher-suite.1"
      })
  void whatWouldProtectNobodyStopsTheStart(String key) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> read(Map.of("server." + key, "x")))
        .withMessageContaining(
            "server."
                + key
                + " (system property) is not accepted: it has no effect on this listener; ");
  }

  @Test
  void whatSendingNeedsCannotBeChanged() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> read(Map.of("server.use-nio", "true")))
        .withMessage(
            "server.use-nio: \"true\" (system property) is not accepted; write false, since the kernel sends bodies and needs blocking sockets");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> read(Map.of("server.write-queue-length", "2")))
        .withMessageStartingWith("server.write-queue-length: \"2\" (system property) is not");
  }

  @Test
  void whatWouldGetAroundTheBoundsIsRefused() {
    for (String key :
        List.of(
            "server.protocols.0.type",
            "server.protocols.http_1_1.name",
            "server.protocols-discover-services",
            "server.sockets.0.port")) {
      assertThatExceptionOfType(ConfigException.class)
          .isThrownBy(() -> read(Map.of(key, "1")))
          .withMessage(
              key
                  + " (system property) is not accepted: clients would get around larder's bounds there; remove it");
    }
  }

  @Test
  void namesThatTheFrameworkDoesNotReadAreWarnedOf() throws Exception {
    assertThat(new ConfigLoader(Map.of(), Map.of("server.prot", "80"), 1L << 30).load().warnings())
        .containsExactly("server.prot (system property) is not a key that is read");
  }

  /** The framework's own description of its keys travels in its jar. */
  @Test
  void knowsTheFrameworksNames() throws Exception {
    Set<String> described = new TreeSet<>();
    for (URL url :
        Collections.list(
            WebServer.class
                .getClassLoader()
                .getResources("META-INF/helidon/config-metadata.json"))) {
      for (JsonNode module : tree(url)) {
        for (JsonNode type : module.get("types")) {
          if (Set.of("io.helidon.webserver.ListenerConfig", "io.helidon.webserver.WebServer")
              .contains(type.get("type").asText())) {
            type.get("options").forEach(option -> described.add(option.get("key").asText()));
          }
        }
      }
    }

    assertThat(ServerSettings.NAMES).containsExactlyInAnyOrderElementsOf(described);
  }

  private static JsonNode tree(URL url) throws IOException {
    try (InputStream in = url.openStream()) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static Config read(Map<String, String> properties) throws ConfigException {
    return new ConfigLoader(Map.of(), properties, 1L << 30).load().config().server();
  }
}
