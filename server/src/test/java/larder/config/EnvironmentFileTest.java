package larder.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one environment says is laid over what is said for all. */
class EnvironmentFileTest {
  private static final Path EXAMPLE = Path.of("..", "deploy", "environments", "larder.yaml");

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "larder.yaml, larder-prod.yaml",
    "larder.yml, larder-prod.yml",
    "larder, larder-prod",
    "my.larder.yaml, my.larder-prod.yaml",
    ".larder, .larder-prod",
  })
  void isBesideTheFileForAll(String file, String expected) throws Exception {
    Files.writeString(directory.resolve(file), "larder: { cluster: all, access-log: off }");
    Files.writeString(directory.resolve(expected), "larder: { cluster: one }");

    LarderConfig config = loader().load(directory.resolve(file), "prod").config();

    assertThat(config.cluster()).isEqualTo("one");
    assertThat(config.accessLog()).isEqualTo(AccessLog.OFF);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Prod", "../prod", "a.b", "a/b", "a b", "a\nb", "ä"})
  void hasAPlainName(String name) {
    refused("larder: { cluster: a }", "", name)
        .withMessageMatching("--env: \"[^\n]*\" is not accepted; write lower-case letters.*");
  }

  @Test
  void mustBeThere() throws Exception {
    Path file = Files.writeString(directory.resolve("larder.yaml"), "larder: { cluster: a }");

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> loader().load(file, "prod"))
        .withMessage(
            directory
                + "/larder-prod.yaml: no such file, which --env prod reads over "
                + directory
                + "/larder.yaml");
  }

  @Test
  void aListReplacesTheWholeList() throws Exception {
    LarderConfig config =
        load(
            """
            larder.upstreams:
              - { name: a, url: http://a, default: true, visibility: public, username: u, password: secret }
              - { name: b, url: http://b, mirrors: [http://m, http://n] }
            """,
            "larder.upstreams: [{ name: c, url: http://c, mirrors: [http://o] }]");

    assertThat(config.upstreams()).extracting(UpstreamConfig::name).containsExactly("c");
    assertThat(config.upstreams().getFirst().credentials()).isEqualTo(new Credentials.Anonymous());
    assertThat(config.upstreams().getFirst().mirrors()).containsExactly(URI.create("http://o"));
  }

  @Test
  void aNumberChangesOneEntryOrOneKeyOfIt() throws Exception {
    LarderConfig config =
        load(
            """
            larder.upstreams:
              - { name: a, url: http://a, default: true, mirrors: [http://m, http://n] }
              - { name: b, url: http://b, aliases: "d,e" }
            """,
            """
            larder:
              upstreams:
                0: { url: http://z, mirrors.1: http://o }
                1: { aliases: [] }
                2: { name: c, url: http://c }
            """);

    assertThat(config.upstreams())
        .extracting(UpstreamConfig::name, UpstreamConfig::url)
        .containsExactly(
            tuple("a", URI.create("http://z")),
            tuple("b", URI.create("http://b")),
            tuple("c", URI.create("http://c")));
    assertThat(config.upstreams().getFirst().mirrors())
        .containsExactly(URI.create("http://m"), URI.create("http://o"));
    assertThat(config.upstreams().get(1).aliases()).isEmpty();
  }

  @Test
  void complaintsNameTheFileThatTheValueCameFrom() {
    String all = directory + "/larder.yaml";
    String one = directory + "/larder-prod.yaml";
    refused("larder: { cluster: a }", "\nlarder: { clustr: b }", "prod")
        .withMessageStartingWith("larder.clustr (%s line 2) is not a key", one);
    refused("larder: { clustr: a }", "larder: { cluster: b }", "prod")
        .withMessageStartingWith("larder.clustr (%s line 1) is not a key", all);
    refused("larder: { drain: 1s }", "larder: { drain: x }", "prod")
        .withMessageStartingWith("larder.drain: \"x\" (%s line 1) is not accepted", one);
    refused("larder: { drain: x }", "larder: { cluster: b }", "prod")
        .withMessageStartingWith("larder.drain: \"x\" (%s line 1) is not accepted", all);
    refused(
            "larder.upstreams: [{ name: a, url: http://a }]",
            "\n\nlarder.upstreams.0.mirrors: [http://m, x]",
            "prod")
        .withMessageStartingWith(
            "larder.upstreams.0.mirrors.1: \"x\" (%s line 3) is not accepted", one);
  }

  @Test
  void theExampleHasThreeEnvironments() throws Exception {
    LarderConfig dev = loader().load(EXAMPLE, "dev").config();
    LarderConfig staging = loader().load(EXAMPLE, "staging").config();
    LarderConfig prod = loader().load(EXAMPLE, "prod").config();

    assertThat(bucket(dev).endpoint()).contains(URI.create("http://127.0.0.1:9000"));
    assertThat(bucket(staging).endpoint()).isEmpty();
    assertThat(bucket(prod).endpoint()).isEmpty();
    assertThat(bucket(staging)).extracting(BucketConfig.S3::key).isEqualTo(Optional.empty());
    assertThat(bucket(staging).name()).isNotEqualTo(bucket(prod).name());
    assertThat(bucket(staging).prefix()).isNotEqualTo(bucket(prod).prefix());
    assertThat(dev.upstreams()).hasSize(3);
    assertThat(staging.upstreams().getFirst().freshFor()).isZero();
    assertThat(staging.upstreams()).hasSize(3);
    assertThat(prod.upstreams())
        .extracting(UpstreamConfig::name)
        .containsExactly("docker.io", "ghcr.io");
    assertThat(prod.disk()).isNotEqualTo(dev.disk());
  }

  private static BucketConfig.S3 bucket(LarderConfig config) {
    return (BucketConfig.S3) config.bucket().orElseThrow();
  }

  private static ConfigLoader loader() {
    return new ConfigLoader(Map.of(), Map.of(), 1L << 30);
  }

  private LarderConfig load(String all, String one) throws Exception {
    Path file = Files.writeString(directory.resolve("larder.yaml"), all);
    Files.writeString(directory.resolve("larder-prod.yaml"), one);
    LoadedConfig loaded = loader().load(file, "prod");
    assertThat(loaded.warnings()).isEmpty();
    return loaded.config();
  }

  private ThrowableAssertAlternative<ConfigException> refused(String all, String one, String name) {
    return assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> {
          Path file = Files.writeString(directory.resolve("larder.yaml"), all);
          Files.writeString(directory.resolve("larder-prod.yaml"), one);
          loader().load(file, name);
        });
  }
}
