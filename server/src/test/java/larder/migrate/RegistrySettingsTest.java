package larder.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import larder.config.ConfigException;
import larder.config.Setting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry's own rules for what it is told. */
class RegistrySettingsTest {
  @TempDir Path directory;

  @Test
  void aVariableWinsOverTheFileAndSaysWhereItIsFrom() throws Exception {
    RegistrySettings settings =
        read("http: { addr: ':5000' }", Map.of("REGISTRY_HTTP_ADDR", ":5001"));

    assertThat(settings.all())
        .isEqualTo(Map.of("http.addr", Setting.of(":5001", "REGISTRY_HTTP_ADDR")));
  }

  @Test
  void aVariableForASectionReplacesAllOfIt() throws Exception {
    assertThat(
            texts(
                "proxy: { remoteurl: https://a, username: u, password: p }",
                Map.of("REGISTRY_PROXY", "{ remoteurl: https://b }")))
        .isEqualTo(Map.of("proxy.remoteurl", "https://b"));
  }

  @Test
  void aSectionComesBeforeWhatIsInIt() throws Exception {
    assertThat(
            texts(
                "",
                Map.of(
                    "REGISTRY_AUTH_HTPASSWD_PATH", "/users",
                    "REGISTRY_AUTH_HTPASSWD_REALM", "here",
                    "REGISTRY_AUTH", "htpasswd")))
        .isEqualTo(Map.of("auth.htpasswd.path", "/users", "auth.htpasswd.realm", "here"));
  }

  @Test
  void anEmptyVariableEmptiesWhatTheFileSays() throws Exception {
    RegistrySettings settings =
        read("proxy: { username: u }", Map.of("REGISTRY_PROXY_USERNAME", ""));

    assertThat(settings.value("proxy.username")).isEmpty();
    assertThat(settings.all()).containsOnlyKeys("proxy.username");
  }

  @Test
  void variablesAreYaml() throws Exception {
    assertThat(
            texts(
                "",
                Map.of(
                    "REGISTRY_PROXY_PASSWORD", "'it''s #1'",
                    "REGISTRY_PROXY_USERNAME", "0123",
                    "REGISTRY_HTTP_TLS_CLIENTCAS", "[/ca]",
                    "REGISTRY_REDIS_ADDRS", "[a:1, b:2]")))
        .isEqualTo(
            Map.of(
                "proxy.password", "it's #1",
                "proxy.username", "0123",
                "http.tls.clientcas.0", "/ca",
                "redis.addrs.0", "a:1",
                "redis.addrs.1", "b:2"));
  }

  @Test
  void namesThatTheRegistryListsAreInUpperCase() throws Exception {
    String file = "{ auth: { htpasswd: { path: /users } }, http: { addr: ':5000' } }";
    for (String name :
        List.of(
            "REGISTRY_auth",
            "REGISTRY_Auth",
            "REGISTRY_auth_htpasswd_path",
            "REGISTRY_auth_HTPASSWD_PATH",
            "REGISTRY_AUTH.HTPASSWD",
            "REGISTRY_http",
            "REGISTRY_HTTP_addr",
            "REGISTRY_http_ADDR",
            "REGISTRY_HTTP__ADDR",
            "REGISTRY_HTTP_",
            "REGISTRY_")) {
      RegistrySettings settings = read(file, Map.of(name, ""));

      assertThat(settings.all()).as(name).isEqualTo(read(file, Map.of()).all());
      assertThat(settings.passedOver()).containsExactly(name);
    }
    assertThat(read(file, Map.of("registry_auth", "")).all()).isEqualTo(read(file, Map.of()).all());
  }

  @Test
  void freeNamesAreInAnyCaseAndFindWhatIsThereInUpperCase() throws Exception {
    String file = "auth: { htpasswd: { realm: r, path: /users } }";

    assertThat(texts(file, Map.of("REGISTRY_AUTH_HTPASSWD_PATH", "/x")))
        .isEqualTo(Map.of("auth.htpasswd.realm", "r", "auth.htpasswd.path", "/x"));
    assertThat(texts(file, Map.of("REGISTRY_AUTH_HTPASSWD_path", "/x")))
        .isEqualTo(Map.of("auth.htpasswd.realm", "r", "auth.htpasswd.path", "/x"));
    assertThat(texts(file, Map.of("REGISTRY_AUTH_htpasswd_path", "/x")))
        .isEqualTo(Map.of("auth.htpasswd.path", "/x"));
    assertThat(texts(file, Map.of("REGISTRY_AUTH_Htpasswd_REALM", "x")))
        .isEqualTo(Map.of("auth.htpasswd.realm", "x"));
    assertThat(texts(file, Map.of("REGISTRY_AUTH_htpasswd", "")))
        .isEqualTo(Map.of("auth.htpasswd", ""));
    assertThat(texts("", Map.of("REGISTRY_MIDDLEWARE_registry", "[{ name: x }]")))
        .isEqualTo(Map.of("middleware.registry.0.name", "x"));
    assertThat(texts("", Map.of("REGISTRY_HTTP_HEADERS_X-Powered", "[x]")))
        .isEqualTo(Map.of("http.headers.x-powered.0", "x"));
  }

  @Test
  void variablesOfWhichItIsNotSureWhatTheySayAreRefused() {
    refused(
        () -> read("", Map.of("REGISTRY_AUTH_HTPASSWD.PATH", "secret")),
        "REGISTRY_AUTH_HTPASSWD.PATH has a dot");
    // The registry leaves the entry as it is, or adds an empty one.
    refused(
        () -> read("", Map.of("REGISTRY_HTTP_TLS_CLIENTCAS_0", "secret")),
        "REGISTRY_HTTP_TLS_CLIENTCAS_0 is not taken by the registry");
  }

  @Test
  void theNameOfASectionIsThatSectionWithNothingInIt() throws Exception {
    assertThat(read("{ auth: token, storage: inmemory }", Map.of()).all())
        .containsOnlyKeys("auth.token", "storage.inmemory");
    assertThat(read("{ auth: '', storage: }", Map.of()).names("auth")).isEmpty();
  }

  @Test
  void theFileMayBeNamedByTheEnvironment() throws Exception {
    Path named = Files.writeString(directory.resolve("named.yml"), "http: { addr: ':7' }");
    Map<String, String> environment = Map.of("REGISTRY_CONFIGURATION_PATH", named.toString());

    RegistrySettings settings = RegistrySettings.read(Optional.empty(), environment);
    assertThat(settings.value("http.addr").orElseThrow().text()).isEqualTo(":7");
    assertThat(settings.hasFile()).isTrue();

    assertThat(read("http: { addr: ':8' }", environment).value("http.addr").orElseThrow().text())
        .isEqualTo(":8");
    assertThat(RegistrySettings.read(Optional.empty(), Map.of()).hasFile()).isFalse();
  }

  @Test
  void ofOtherVariablesOnlyNamesAreKept() throws Exception {
    assertThat(
            read("", Map.of("https_proxy", "http://u:secret@p", "redis", "x", "HOME", "/")).all())
        .isEqualTo(Map.of("HTTPS_PROXY", Setting.nothing("of the environment")));
  }

  @Test
  void listsAreNumbered() throws Exception {
    RegistrySettings settings = read("a: [x, y]\nb: []\nc: z\n", Map.of());

    assertThat(settings.list("a")).extracting(Setting::text).containsExactly("x", "y");
    assertThat(settings.list("b")).isEmpty();
    assertThat(settings.list("d")).isEmpty();
    refused(() -> settings.list("c"), "c (", " line 3) is not accepted: it takes a list");
  }

  @Test
  void truthIsYamls() throws Exception {
    RegistrySettings settings = read("{ a: on, b: True, c: no, d: maybe }", Map.of());

    assertThat(settings.isTrue("a")).isTrue();
    assertThat(settings.isTrue("b")).isTrue();
    assertThat(settings.isTrue("c")).isFalse();
    assertThat(settings.isTrue("e")).isFalse();
    refused(() -> settings.isTrue("d"), "d (", "write true or false");
  }

  @Test
  void whatIsNoValueIsRefusedWithoutRepeatingIt() throws Exception {
    RegistrySettings settings =
        read("{ a: { secret: secret }, b: [secret], c: \"sec\\tret\" }", Map.of());

    refused(() -> settings.value("a"), "a (", " line 1) is not accepted: it takes one value");
    refused(() -> settings.value("b"), "b (", "it takes one value");
    refused(() -> settings.value("c"), "c (", "control characters");
  }

  @Test
  void filesThatAreNone() throws Exception {
    refused(() -> read("a: &a [*a]", Map.of()), "nested too deeply");
    refused(() -> read("- a", Map.of()), "the file must be a map");
    refused(() -> read("a: [", Map.of()), "not YAML");
    refused(() -> RegistrySettings.read(Optional.of(directory), Map.of()), "is a directory");
    refused(
        () -> RegistrySettings.read(Optional.of(directory.resolve("none")), Map.of()),
        "none: no such file");
    refused(
        () -> read("", Map.of("REGISTRY_PROXY_PASSWORD", "*secret")), "REGISTRY_PROXY_PASSWORD: ");
    // Else what is merged in would not be seen, such as a guard.
    refused(
        () -> read("base: &b { token: { realm: x } }\nauth:\n  <<: *b\n", Map.of()),
        " line 1: merges (<<) are not read");
  }

  private Map<String, String> texts(String yaml, Map<String, String> environment) throws Exception {
    return read(yaml, environment).all().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().text()));
  }

  private RegistrySettings read(String yaml, Map<String, String> environment) throws Exception {
    Path file = Files.writeString(directory.resolve("config.yml"), yaml);
    return RegistrySettings.read(Optional.of(file), environment);
  }

  /** A call that may end with any exception. */
  private interface Call {
    void run() throws Exception;
  }

  private static void refused(Call call, String... parts) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(call::run)
        .satisfies(
            e -> assertThat(e.getMessage()).contains(parts).doesNotContain("\n", "\t", "secret"));
  }
}
