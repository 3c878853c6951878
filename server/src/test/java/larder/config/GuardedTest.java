package larder.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedTest {
  private final Map<String, String> properties = new HashMap<>();

  @Test
  void thereIsNoneUnlessAKeyOfItIsGiven() throws Exception {
    assertThat(load().guarded()).isEmpty();

    set("tokens-file", "/tokens");
    set("plain-http", "true");
    assertThat(load().guarded())
        .contains(
            new GuardedConfig(
                "0.0.0.0",
                5443,
                Optional.empty(),
                Optional.of(Path.of("/tokens")),
                Optional.empty(),
                Map.of()));
  }

  @ParameterizedTest
  @CsvSource({"host,127.0.0.1", "port,5443", "plain-http,true"})
  void somebodyMustBeAbleToComeIn(String key, String value) {
    set(key, value);
    refused(
        "larder.guarded: nobody could come in; give larder.guarded.users-file, larder.guarded.tokens-file or larder.guarded.client-ca");
  }

  @Test
  void certificateAndKeyGoTogether() {
    set("tokens-file", "/tokens");
    set("certificate-file", "/crt");
    refused("larder.guarded.certificate-file (system property) needs larder.guarded.key-file too");

    properties.remove("larder.guarded.certificate-file");
    set("key-file", "/key");
    refused("larder.guarded.key-file (system property) needs larder.guarded.certificate-file too");
  }

  @Test
  void clientsShowCertificatesOverTlsOnly() {
    set("client-ca", "/ca");
    set("plain-http", "true");
    refused("larder.guarded.client-ca (system property) needs larder.guarded.certificate-file too");
  }

  @Test
  void aClientCaIsEnough() throws Exception {
    withTls();
    set("client-ca", "/ca");
    assertThat(load().guarded().orElseThrow().tls())
        .contains(
            new GuardedConfig.TlsFiles(
                Path.of("/crt"), Path.of("/key"), Optional.of(Path.of("/ca"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "10.1.2.3", "::", "larder.example", "127.example"})
  void passwordsDoNotCrossTheNetworkReadable(String host) throws Exception {
    set("users-file", "/users");
    set("host", host);
    refused(
        "larder.guarded.certificate-file is missing: on "
            + host
            + " passwords and tokens would cross the network readable; give it with larder.guarded.key-file, or set larder.guarded.plain-http: true if something in front speaks TLS");

    set("plain-http", "true");
    assertThat(load().guarded()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1", "localhost", "LocalHost"})
  void loopbackNeedsNoTls(String host) throws Exception {
    set("users-file", "/users");
    set("host", host);
    assertThat(load().guarded()).isPresent();
  }

  @Test
  void tlsAndPlainHttpExcludeEachOther() {
    withTls();
    set("users-file", "/users");
    set("plain-http", "true");
    refused(
        "larder.guarded.plain-http: \"true\" (system property) is not accepted beside larder.guarded.certificate-file; keep one of them");
  }

  @Test
  void theDefaultPortsDiffer() throws Exception {
    withTls();
    set("users-file", "/users");
    assertThat(load().guarded()).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "5000,server.port,0.0.0.0,127.0.0.1",
    "5000,server.port,127.0.0.1,0.0.0.0",
    "5000,server.port,127.0.0.1,localhost",
    "5000,server.port,::1,0:0:0:0:0:0:0:1",
    "5001,larder.admin.port,0.0.0.0,0.0.0.0",
    "5001,larder.admin.port,::,127.0.0.1"
  })
  void aPortIsForOneListener(String port, String other, String host, String otherHost) {
    withTls();
    set("users-file", "/users");
    set("host", host);
    set("port", port);
    properties.put(other.replace("port", "host"), otherHost);
    refused("larder.guarded.port: " + port + " is the port of " + other + " too; change one");
  }

  @Test
  void onDifferentAddressesAPortMayBeTheSame() throws Exception {
    withTls();
    set("users-file", "/users");
    set("host", "127.0.0.1");
    set("port", "5000");
    properties.put("server.host", "127.0.0.2");
    assertThat(load().guarded().orElseThrow().port()).isEqualTo(5000);

    set("port", "0");
    properties.put("server.port", "0");
    properties.remove("server.host");
    assertThat(load().guarded().orElseThrow().port()).isZero();
  }

  @Test
  void clientsMayBeLimited() throws Exception {
    withTls();
    set("users-file", "/users");
    set("clients.0.name", "CN=ci,O=Example, Inc");
    set("clients.0.upstreams", "ghcr.io,docker.io");
    set("clients.1.name", "team-b");
    set("clients.1.upstreams.0", "quay.io");
    assertThat(load().guarded().orElseThrow().clients())
        .containsOnly(
            Map.entry("CN=ci,O=Example, Inc", Set.of("docker.io", "ghcr.io")),
            Map.entry("team-b", Set.of("quay.io")));
  }

  @Test
  void aClientIsLimitedToWhatThereIs() {
    withTls();
    set("users-file", "/users");
    set("clients.0.name", "team-a");
    refused("larder.guarded.clients.0.upstreams is missing; name the upstreams that");

    set("clients.0.upstreams", "docker.io,registry-1.docker.io");
    refused(
        "larder.guarded.clients.0.upstreams.1: \"registry-1.docker.io\" (system property) is the name of no configured upstream; write its name, not an alias");
  }

  @Test
  void aClientIsListedOnce() {
    withTls();
    set("users-file", "/users");
    for (int i = 0; i < 2; i++) {
      set("clients." + i + ".name", "team-a");
      set("clients." + i + ".upstreams", "docker.io");
    }
    refused(
        "larder.guarded.clients.1.name: \"team-a\" (system property) is a second entry for this client; keep one");
  }

  @Test
  void aClientHasAName() {
    withTls();
    set("users-file", "/users");
    set("clients.0.upstreams", "docker.io");
    refused("larder.guarded.clients.0.name is missing; write a text on one line");
  }

  private void withTls() {
    set("certificate-file", "/crt");
    set("key-file", "/key");
  }

  private void set(String key, String value) {
    properties.put("larder.guarded." + key, value);
  }

  private LarderConfig load() throws ConfigException {
    return new ConfigLoader(Map.of(), properties, 1L << 30).load().config();
  }

  private void refused(String message) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(this::load)
        .withMessageStartingWith(message);
  }
}
