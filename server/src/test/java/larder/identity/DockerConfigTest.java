package larder.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import larder.config.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerConfigTest {
  private static final Identity CI = new Identity.User("ci", new Secret("s3:cret"));

  /** {@code ci:s3:cret}. */
  private static final String AUTH = "{\"auth\":\"Y2k6czM6Y3JldA==\"}";

  private static DockerEntry entry(String json, String url) throws LoginException {
    return DockerConfig.parse(json, "the docker-config /x").entry(DockerNames.of(URI.create(url)));
  }

  @ParameterizedTest
  @CsvSource({
    "https://r.example, r.example",
    "https://r.example, R.Example",
    "https://r.example, r.example:443",
    "https://r.example:443, r.example",
    "http://r.example, http://r.example:80",
    "https://r.example/prefix, https://r.example/v1/",
    "https://r.example, https://r.example/v2/",
    "https://r.example:5000, r.example:5000",
    "https://[::1]:5000, '[::1]:5000'",
    "https://my_registry:5000, my_registry:5000",
    "https://registry-1.docker.io, https://index.docker.io/v1/",
    "https://index.docker.io, docker.io",
    "https://docker.io, registry-1.docker.io",
  })
  void anEntryIsFoundByItsHost(String url, String key) throws Exception {
    assertThat(entry("{\"auths\":{\"o.example\":{},\"" + key + "\":" + AUTH + "}}", url))
        .isEqualTo(new DockerEntry.Inline(CI));
  }

  @ParameterizedTest
  @CsvSource({
    "https://r.example:5000, r.example",
    "https://r.example, r.example:5000",
    "https://r.example, r.example.evil",
    "https://r.example, evil/r.example",
    "https://r.example, example",
    "http://r.example, r.example:443",
    "https://docker.io.example, docker.io",
  })
  void anEntryOfAnotherHostIsNot(String url, String key) {
    assertThatThrownBy(() -> entry("{\"auths\":{\"" + key + "\":" + AUTH + "}}", url))
        .isInstanceOf(LoginException.class)
        .hasMessageContaining("the docker-config /x has neither a helper nor an entry for ");
  }

  @Test
  void ofSeveralTheOneThatDockerWritesGoesFirst() throws Exception {
    String json =
        """
        {"auths": {"docker.io": {"username": "other", "password": "x"},
                   "https://index.docker.io/v1/": %s}}\
        """
            .formatted(AUTH);
    assertThat(entry(json, "https://registry-1.docker.io")).isEqualTo(new DockerEntry.Inline(CI));
  }

  @Test
  void theEntrySaysWhoInOneOfFourWays() throws Exception {
    assertThat(one("{\"username\":\"ci\",\"password\":\"s3:cret\"}")).isEqualTo(CI);
    assertThat(one("{\"auth\":\"Y2k6czM6Y3JldA==\",\"username\":\"x\",\"password\":\"y\"}"))
        .isEqualTo(CI);
    assertThat(one("{\"auth\":\"MDA6\",\"identitytoken\":\"r\"}"))
        .isEqualTo(new Identity.IdentityToken(new Secret("r")));
    assertThat(one("{\"registrytoken\":\"t\"}"))
        .isEqualTo(new Identity.RegistryToken(new Secret("t")));
  }

  private static Identity one(String entry) throws LoginException {
    return ((DockerEntry.Inline)
            entry("{\"auths\":{\"r.example\":" + entry + "}}", "https://r.example"))
        .identity();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"auth\":\"s3cret!\"}",
        "{\"auth\":\"czNjcmV0\"}",
        "{\"auth\":\"OnMzY3JldA==\"}",
        "{\"username\":\"ci\"}",
        "{\"username\":\"c:i\",\"password\":\"s3cret\"}",
        "{\"registrytoken\":\"s3cret\\r\\nX: y\"}",
        "[]",
        "\"s3cret\"",
      })
  void anEntryThatSaysNobodyIsTrouble(String entry) {
    assertThatThrownBy(() -> one(entry))
        .isInstanceOf(LoginException.class)
        .hasMessageStartingWith("the docker-config /x, r.example: ")
        .hasMessageNotContaining("s3cret")
        .hasMessageNotContaining("czNjcmV0")
        .hasNoCause();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s3cret", "{\"auths\":", "{} s3cret"})
  void whatIsNoJsonIsTrouble(String text) {
    assertThatThrownBy(() -> entry(text, "https://r.example"))
        .isInstanceOf(LoginException.class)
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void helpersGoBeforeEntriesAndTheRegistrysOwnBeforeThatOfAll() throws Exception {
    String auths = "\"auths\":{\"r.example\":" + AUTH + "}";
    String store = "\"credsStore\":\"all\"";
    assertThat(entry("{" + auths + "," + store + "}", "https://r.example"))
        .isEqualTo(new DockerEntry.Helper("all"));
    assertThat(
            entry(
                "{" + auths + "," + store + ",\"credHelpers\":{\"r.example\":\"own\"}}",
                "https://r.example"))
        .isEqualTo(new DockerEntry.Helper("own"));
    assertThat(
            entry("{" + auths + ",\"credHelpers\":{\"o.example\":\"other\"}}", "https://r.example"))
        .isEqualTo(new DockerEntry.Inline(CI));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil", "/bin/sh", "a b", "a;b", "a\\u0000b", "a\\nb", "$(id)"})
  void aHelperHasAPlainName(String name) {
    assertThatThrownBy(() -> entry("{\"credsStore\":\"" + name + "\"}", "https://r.example"))
        .isInstanceOf(LoginException.class)
        .hasMessageContaining("by other than letters, digits");
  }

  @Test
  void whatHoldsSecretsDoesNotTellThem() throws Exception {
    assertThat(entry("{\"auths\":{\"r.example\":" + AUTH + "}}", "https://r.example").toString())
        .doesNotContain("s3:cret");
    assertThat(one("{\"identitytoken\":\"s3cret\"}").toString()).doesNotContain("s3cret");
    assertThat(one("{\"registrytoken\":\"s3cret\"}").toString()).doesNotContain("s3cret");
  }
}
