package larder.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamsTest {
  private final Map<String, String> properties = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();

  @Test
  void aSingleOneIsTheDefault() throws Exception {
    upstream(0, "a.io");

    assertThat(read().getFirst().isDefault()).isTrue();
  }

  @Test
  void oneOfSeveralIsTheDefault() throws Exception {
    upstream(0, "a.io");
    upstream(1, "b.io");
    refused("larder.upstreams: none of the 2 is the default; set default: true for one");

    set("1.default", "true");
    assertThat(read()).extracting(UpstreamConfig::isDefault).containsExactly(false, true);

    set("0.default", "true");
    refused(
        "larder.upstreams.1.default: \"true\" (system property) is a second default beside larder.upstreams.0.default");
  }

  @Test
  void namesAndAliasesAreUnique() {
    upstream(0, "a.io");
    upstream(1, "b.io");
    set("1.default", "true");
    set("1.aliases", "c.io,a.io");

    refused(
        "larder.upstreams.1.aliases.1: \"a.io\" (system property) is taken already by larder.upstreams.0;");
  }

  @Test
  void noNumberIsLeftOut() {
    upstream(0, "a.io");
    upstream(2, "b.io");
    refused("larder.upstreams.2 (system property) is there, but larder.upstreams.1 is not");
  }

  @Test
  void nameAndUrlAreRequired() {
    set("0.name", "a.io");
    refused("larder.upstreams.0.url is missing; write an http or https URL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"username", "password", "password-file"})
  void halfALoginStopsTheStart(String key) {
    upstream(0, "a.io");
    set("0.visibility", "public");
    set("0." + key, "s3cret");

    refused("larder.upstreams.0." + key + " (system property) needs larder.upstreams.0.");
  }

  @Test
  void aLoginNeedsTheVisibility() throws Exception {
    upstream(0, "a.io");
    set("0.username", "ci");
    set("0.password", "s3cret");
    refused(
        "larder.upstreams.0.username (system property) needs larder.upstreams.0.visibility: write public if");

    set("0.visibility", "public");
    assertThat(read().getFirst().credentials())
        .isEqualTo(new Credentials.Password("ci", new Secret("s3cret")));

    set("0.password-file", "/run/secrets/hub");
    refused(
        "larder.upstreams.0.password (system property) is there, and larder.upstreams.0.password-file too; keep one");
  }

  @Test
  void aDockerConfigStandsAloneAndNeedsTheVisibility() throws Exception {
    upstream(0, "a.io");
    set("0.docker-config", "/etc/larder/docker.json");
    refused(
        "larder.upstreams.0.docker-config (system property) needs larder.upstreams.0.visibility: write public if");

    set("0.visibility", "public");
    assertThat(read().getFirst().credentials())
        .isEqualTo(new Credentials.DockerConfig(Path.of("/etc/larder/docker.json")));

    for (String other : List.of("username", "password", "password-file")) {
      set("0." + other, "s3cret");
      refused(
          "larder.upstreams.0.docker-config (system property) is there, and larder.upstreams.0."
              + other
              + " too; keep one");
      properties.remove("larder.upstreams.0." + other);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ecr, https://123456789012.dkr.ecr.eu-west-1.amazonaws.com, eu-west-1",
    "ecr, https://123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn, cn-north-1",
    "ecr, https://123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com, us-gov-west-1",
    "ecr, https://123456789012.dkr-ecr.eu-west-1.on.aws, eu-west-1",
    "gcp, https://europe-west1-docker.pkg.dev, ''",
    "gcp, https://gcr.io, ''",
    "gcp, https://eu.gcr.io, ''",
  })
  void aCloudLendsALoginToItsOwnRegistries(String source, String url, String region)
      throws Exception {
    set("0.name", "a.io");
    set("0.url", url);
    set("0.token-source", source);
    refused(
        "larder.upstreams.0.token-source (system property) needs larder.upstreams.0.visibility");

    set("0.visibility", "public");
    assertThat(read().getFirst().credentials())
        .isEqualTo(
            region.isEmpty()
                ? new Credentials.Gcp("metadata.google.internal")
                : new Credentials.Ecr(region));

    set("0.docker-config", "/x");
    refused("larder.upstreams.0.docker-config too; keep one");
  }

  @ParameterizedTest
  @CsvSource({
    "ecr, http://123456789012.dkr.ecr.eu-west-1.amazonaws.com",
    "ecr, https://123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil",
    "ecr, https://evil-123456789012.dkr.ecr.eu-west-1.amazonaws.com.x",
    "ecr, https://gcr.io",
    "gcp, http://gcr.io",
    "gcp, https://evilgcr.io",
    "gcp, https://gcr.io.evil",
    "gcp, https://a.b.pkg.dev",
    "gcp, https://pkg.dev",
  })
  void aCloudLendsNoLoginToOthers(String source, String url) {
    set("0.name", "a.io");
    set("0.url", url);
    set("0.token-source", source);
    set("0.visibility", "public");
    refused("larder.upstreams.0.token-source: \"" + source + "\" (system property) does not fit");
  }

  @Test
  void aClientCertificateIsALoginToo() {
    upstream(0, "a.io");
    set("0.client-certificate-file", "/etc/larder/client.crt");
    set("0.client-key-file", "/etc/larder/client.key");
    refused(
        "larder.upstreams.0.client-certificate-file (system property) needs larder.upstreams.0.visibility");
  }

  @Test
  void certificatesThatCannotBeReadStopTheStart(@TempDir Path folder) throws Exception {
    upstream(0, "a.io");
    Path file = folder.resolve("x.pem");
    set("0.visibility", "public");
    set("0.ca-file", file.toString());
    refused("larder.upstreams.0.ca-file: " + file + " is not there; create it");
    Files.writeString(file, "s3cret");
    refused("larder.upstreams.0.ca-file: " + file + " has no certificate; put one in");
    set("0.ca-file", folder.toString());
    refused("larder.upstreams.0.ca-file: " + folder + " is not a file; name one");
    properties.remove("larder.upstreams.0.ca-file");

    set("0.client-key-file", file.toString());
    refused(
        "client-key-file (system property) needs larder.upstreams.0.client-certificate-file too");
    set("0.client-certificate-file", file.toString());
    refused("larder.upstreams.0.client-certificate-file: " + file + " has no certificate");
    properties.remove("larder.upstreams.0.client-key-file");
    refused(
        "client-certificate-file (system property) needs larder.upstreams.0.client-key-file too");
  }

  @Test
  void aPasswordIsNeverShown() {
    upstream(0, "a.io");
    set("0.visibility", "public");
    set("0.username", "ci");
    set("0.password", "s3\ncret");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(this::read)
        .withMessageContaining("larder.upstreams.0.password (system property) is not accepted")
        .withMessageNotContaining("cret");
  }

  @Test
  void privateOnesAreServedToWhomIsSaid() throws Exception {
    upstream(0, "a.io");
    assertThat(read().getFirst())
        .returns(Visibility.PUBLIC, UpstreamConfig::visibility)
        .returns(true, UpstreamConfig::open);

    set("0.open", "true");
    refused("larder.upstreams.0.open (system property) is for private upstreams");

    set("0.visibility", "private");
    assertThat(read().getFirst())
        .returns(Visibility.PRIVATE, UpstreamConfig::visibility)
        .returns(true, UpstreamConfig::open);

    set("0.open", "false");
    refused(
        "larder.upstreams.0.visibility: \"private\" (system property) needs a guarded listener");

    properties.put("larder.guarded.tokens-file", "/tokens");
    properties.put("larder.guarded.host", "127.0.0.1");
    assertThat(read().getFirst()).returns(false, UpstreamConfig::open);

    set("0.visibility", "secret");
    refused("is not accepted; write public or private");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "registry.example",
        "ftp://a",
        "http:///x",
        "http://a_b",
        "https://u@a",
        "https://a?x",
        "https://a#x",
        "https://a/v2",
        "https://a/v2/",
        "https://a//",
        "https://a:0",
        "https://a:70000",
        "https://a b",
        ""
      })
  void otherUrlsAreRefused(String url) {
    set("0.name", "a.io");
    set("0.url", url);

    refused("larder.upstreams.0.url: ");
    refused("is not accepted; write an http or https URL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:5000",
        "https://[::1]:5000",
        "https://A.example",
        "https://a/prefix",
        "http://10.0.0.1"
      })
  void urlsOfRegistries(String url) throws Exception {
    set("0.name", "a.io");
    set("0.url", url);

    assertThat(read().getFirst().url()).hasToString(url);
  }

  @ParameterizedTest
  @ValueSource(strings = {"A.io", "a/b", ".a", "a.", "a:", "a:x", "a b"})
  void otherNamesAreRefused(String name) {
    upstream(0, name);

    refused("larder.upstreams.0.name: \"" + name + "\" (system property) is not accepted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"metadata", "10.0.0.1", "metadata.example:8080", "[fd00::1]:80", "[::1]"})
  void theMetadataServiceMayBeElsewhere(String host) throws Exception {
    google();
    environment.put("GCE_METADATA_HOST", host);
    assertThat(read().getFirst().credentials()).isEqualTo(new Credentials.Gcp(host));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://metadata",
        "metadata/x",
        "metadata?x",
        "metadata#x",
        "s3cret@metadata",
        "metadata:",
        "metadata:0",
        "metadata:65536",
        "metadata:80:80",
        "a b",
        "a\r\nb",
        "a\u0000",
        "a..b",
        "a_b",
        "fd00::1",
        "[fe80::1%eth0]",
        "[x]",
        " metadata",
        ".",
      })
  void butOnlyAtAHost(String text) {
    google();
    environment.put("GCE_METADATA_HOST", text);
    refused(
        "environment variable GCE_METADATA_HOST is not accepted; write host or host:port, without http:// and a path");
  }

  @Test
  void whereNothingIsOfGoogleItsVariableIsNotRead() throws Exception {
    upstream(0, "a.io");
    environment.put("GCE_METADATA_HOST", "http://x");
    assertThat(read()).hasSize(1);
  }

  private void google() {
    set("0.name", "a.io");
    set("0.url", "https://gcr.io");
    set("0.token-source", "gcp");
    set("0.visibility", "public");
  }

  private void upstream(int index, String name) {
    set(index + ".name", name);
    set(index + ".url", "https://" + index + ".example");
  }

  private void set(String key, String value) {
    properties.put("larder.upstreams." + key, value);
  }

  private List<UpstreamConfig> read() throws ConfigException {
    return new ConfigLoader(environment, properties, 1L << 30).load().config().upstreams();
  }

  private void refused(String message) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(this::read)
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cret"));
  }
}
