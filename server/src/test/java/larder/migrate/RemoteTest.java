package larder.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import larder.config.ConfigException;
import larder.config.Setting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteTest {
  @ParameterizedTest
  @CsvSource({
    "https://registry-1.docker.io, docker.io, false",
    "https://registry-1.docker.io/, docker.io, false",
    "https://Index.Docker.io, docker.io, false",
    "https://registry-1.docker.io:8443, registry-1.docker.io:8443, false",
    "https://GHCR.io, ghcr.io, false",
    "https://registry.example:5000, registry.example:5000, false",
    "https://registry.example/some/path, registry.example, false",
    "http://localhost:5000, localhost:5000, true",
    "http://127.0.0.1, 127.0.0.1, true",
    "http://10.1.2.3:5000, 10.1.2.3:5000, true",
    "http://192.168.1.1, 192.168.1.1, true",
    "http://172.16.0.1, 172.16.0.1, true",
    "http://172.32.0.1, 172.32.0.1, false",
    "http://8.8.8.8, 8.8.8.8, false",
    "http://100.64.0.1, 100.64.0.1, true",
    "http://100.128.0.1, 100.128.0.1, false",
    "http://[::1]:5000, upstream, true",
    "http://[::ffff:10.0.0.1], upstream, true",
    "http://[64:ff9b::a00:1], upstream, true",
    "http://[fd00::1]:5000, upstream, true",
    "http://[2001:4860::1], upstream, false",
  })
  void namesAndReach(String url, String name, boolean isPrivate) throws Exception {
    Remote remote = remote(url);

    assertThat(remote.name()).isEqualTo(name);
    assertThat(remote.url()).isEqualTo(url);
    assertThat(remote.isPrivate()).isEqualTo(isPrivate);
    assertThat(remote.aliases().isEmpty()).isEqualTo(!name.equals("docker.io"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "registry-1.docker.io",
        "ftp://a.example",
        "https://",
        "https://a.example,https://b.example",
        "https://a.example https://b.example",
        "https://my_registry:5000",
        "https://a.example?x=secret",
        "https://a.example#x",
        "::",
      })
  void whatIsNotOneUrl(String url) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> remote(url))
        .withMessageStartingWith("proxy.remoteurl (test) is not one URL with http or https");
  }

  @Test
  void aUserInItIsNotRepeated() {
    for (String url :
        new String[] {
          "https://me:secret@a.example", "https://secret@a.example", "https://a:se/cret@b"
        }) {
      assertThatExceptionOfType(ConfigException.class)
          .isThrownBy(() -> remote(url))
          .withMessage(
              "proxy.remoteurl (test) has a user in it: set proxy.username and proxy.password instead");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254",
        "http://169.254.1.1:5000",
        "http://100.100.100.200",
        "http://168.63.129.16",
        "http://[fe80::1]:5000",
        "http://[fe80::1%25eth7]:5000",
        "http://[fd00:ec2::254]",
        "http://[::ffff:169.254.169.254]",
      })
  void whereLarderNeverGoes(String url) {
    assertThatExceptionOfType(NotMigratedException.class)
        .isThrownBy(() -> remote(url))
        .withMessageStartingWith(
            "proxy.remoteurl (test) stops the migration: it is a link-local or metadata address");
  }

  private static Remote remote(String url) throws ConfigException, NotMigratedException {
    return Remote.of(Setting.of(url, "test"));
  }
}
