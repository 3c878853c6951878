package larder.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
  @TempDir Path directory;

  @Test
  void startsWithoutAnyConfiguration() throws Exception {
    LoadedConfig loaded = new ConfigLoader(Map.of(), Map.of(), 1L << 30).load();

    LarderConfig config = loaded.config();
    assertThat(loaded.warnings()).isEmpty();
    assertThat(config.host() + ":" + config.port()).isEqualTo("0.0.0.0:5000");
    assertThat(config.admin()).isEqualTo(new AdminConfig("0.0.0.0", 5001, Optional.empty()));
    assertThat(config.disk().path()).isEqualTo(Path.of("data").toAbsolutePath());
    assertThat(config.disk().minFree()).isEqualTo(1L << 30);
    assertThat(config.memoryCapacity()).isEqualTo(64L << 20);
    assertThat(config.upstreams())
        .extracting(UpstreamConfig::name)
        .containsExactly(
            "docker.io",
            "ghcr.io",
            "quay.io",
            "registry.k8s.io",
            "gcr.io",
            "mcr.microsoft.com",
            "public.ecr.aws");
    assertThat(config.upstreams().getFirst().isDefault()).isTrue();
    assertThat(config.upstreams().getFirst().names())
        .containsExactly("docker.io", "registry-1.docker.io", "index.docker.io");
    assertThat(config.upstreams().stream().filter(UpstreamConfig::isDefault)).hasSize(1);
  }

  @Test
  void readsAFileOfAllParts() throws Exception {
    LarderConfig config =
        load(
            """
            server: { host: 127.0.0.1, port: 5010, max-tcp-connections: 100 }
            larder:
              cluster: ci-eu
              access-log: off
              upstreams:
                - name: docker.io
                  url: https://registry-1.docker.io
                  default: true
                  mirrors: [https://mirror.example, http://10.0.0.1:5000]
                - { name: ghcr.io, url: "https://ghcr.io" }
            """);

    assertThat(config.server().get("max-tcp-connections").asInt().get()).isEqualTo(100);
    assertThat(config.accessLog()).isEqualTo(AccessLog.OFF);
    assertThat(config.upstreams().getFirst().mirrors())
        .containsExactly(URI.create("https://mirror.example"), URI.create("http://10.0.0.1:5000"));
    assertThat(config.upstreams().get(1).isDefault()).isFalse();
  }

  @Test
  void aListIsReplacedAsAWholeAndByEntry() throws Exception {
    Path file =
        write(
            """
            larder.upstreams: [{ name: a, url: http://a, aliases: [b, c], mirrors: [http://m, http://n] }]
            """);

    LarderConfig config =
        new ConfigLoader(
                Map.of(
                    "LARDER_UPSTREAMS_0_ALIASES", "d", "LARDER_UPSTREAMS_0_MIRRORS_1", "http://o"),
                Map.of("larder.upstreams.0.url", "http://z"),
                1L << 30)
            .load(file)
            .config();

    UpstreamConfig upstream = config.upstreams().getFirst();
    assertThat(upstream.aliases()).containsExactly("d");
    assertThat(upstream.mirrors()).containsExactly(URI.create("http://m"), URI.create("http://o"));
    assertThat(upstream.url()).isEqualTo(URI.create("http://z"));
  }

  @Test
  void namesTheKeyTheValueAndTheLine() throws Exception {
    refused(
        "larder:\n  disk: { min-free: 1 XB }\n",
        "larder.disk.min-free: \"1 XB\" (%s line 2) is not accepted; write a size such as 200GiB, 1.5TB, 64Mi or plain bytes");
    refused(
        "larder: { cluster: [a] }",
        "larder.cluster.0 (%s line 1) is not a key: larder.cluster takes a value, not a map or list");
    refused(
        "larder: { cluster: { a: 1 } }",
        "larder.cluster.a (%s line 1) is not a key: larder.cluster takes");
    refused("larder: { cluster: }", "larder.cluster (%s line 1) has no value");
    refused(
        "larder: { cluster: '' }",
        "larder.cluster: \"\" (%s line 1) is not accepted; write up to 63");
    refused(
        "larder: { disk: 5GiB }",
        "larder.disk: \"5GiB\" (%s line 1) is not accepted; write a map of keys");
    refused("larder: x", "larder: \"x\" (%s line 1) is not accepted; write a map of keys");
    refused("larder: { upstreams: [] }", "larder.upstreams (%s line 1) is empty");
    refused("larder: { upstreams: [ ~ ] }", "larder.upstreams.0 (%s line 1) is empty");
    refused(
        "larder: { upstreams: x }",
        "larder.upstreams: \"x\" (%s line 1) is not accepted; write a list of maps");
    refused(
        "larder: { upstreams: { name: x } }",
        "larder.upstreams.name (%s line 1) is not a key: did you mean larder.upstreams.0.name?");
    refused(
        "server: { port: 5001 }",
        "larder.admin.port: 5001 is the port of server.port too; change one");
  }

  @Test
  void unknownKeysStopTheStart() throws Exception {
    refused(
        "larder: { disk: { capcity: 5GiB } }",
        "larder.disk.capcity (%s line 1) is not a key: did you mean larder.disk.capacity?");
    refused(
        "larder: { minFree: 5GiB }",
        "larder.minFree (%s line 1) is not a key: docs/configuration.md lists the known keys");
    refused(
        "larder: { capacity: 5GiB }",
        "larder.capacity (%s line 1) is not a key: did you mean larder.disk.capacity?");
    refused(
        "lader: { cluster: x }",
        "lader.cluster (%s line 1) is not a key: did you mean larder.cluster?");
    refused(
        "larder: { upstreams: [{ name: a, url: http://a, egress-price: 0.09 }] }",
        "larder.upstreams.0.egress-price (%s line 1) is not a key");
    refused("larder: { upstreams: [{ connections: 4 }] }", "larder.upstreams.0.connections");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() ->
            new ConfigLoader(Map.of(), Map.of("larder.disk.capcity", "secret"), 1L << 30).load())
        .withMessage(
            "larder.disk.capcity (system property) is not a key: did you mean larder.disk.capacity?");
  }

  @Test
  void complaintsShowNoPasswordAndStayOnOneLine() throws Exception {
    refused(
        "larder: { upstreams: [{ name: a, url: 'https://me:secret@host' }] }",
        "larder.upstreams.0.url: \"https://…@host\" (%s line 1) is not accepted; write an http or https URL");
    refused("larder: { cluster: \"a\\nb\" }", "larder.cluster: \"a?b\"");
  }

  @Test
  void aTinyDiskIsDoubted() throws Exception {
    assertThat(
            new ConfigLoader(Map.of("LARDER_DISK_CAPACITY", "200"), Map.of(), 1L << 30)
                .load()
                .warnings())
        .containsExactly(
            "larder.disk.capacity is 200 bytes only; a unit such as GiB may be missing");
  }

  @Test
  void moreMemoryThanHalfOfTheHeapIsDoubted() throws Exception {
    Map<String, String> half = Map.of("larder.memory.capacity", "512MiB");
    assertThat(new ConfigLoader(Map.of(), half, 1L << 30).load().warnings()).isEmpty();
    assertThat(new ConfigLoader(Map.of(), half, (1L << 30) - 2).load().warnings())
        .singleElement()
        .asString()
        .startsWith("larder.memory.capacity is 536870912 bytes, more than half of the Java heap's")
        .contains("LARDER_JAVA_OPTS=-Xmx");
  }

  private LarderConfig load(String yaml) throws Exception {
    return new ConfigLoader(Map.of(), Map.of(), 1L << 30).load(write(yaml)).config();
  }

  private Path write(String yaml) throws Exception {
    return Files.writeString(directory.resolve("larder.yaml"), yaml);
  }

  private void refused(String yaml, String message) {
    assertThatExceptionOfType(ConfigException.class)
        .as(yaml)
        .isThrownBy(() -> load(yaml))
        .withMessageContaining(message.replace("%s", directory.resolve("larder.yaml").toString()))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").doesNotContain("secret"));
  }
}
