package larder.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import larder.config.AccessLog;
import larder.config.AdminConfig;
import larder.config.ConfigException;
import larder.config.Credentials;
import larder.config.GuardedConfig;
import larder.config.LarderConfig;
import larder.config.Secret;
import larder.config.UpstreamConfig;
import larder.config.Visibility;
import org.junit.jupiter.api.Test;

/** What larder makes of a registry's settings, seen as larder loads it. */
class MigrationTest {
  private static final String HUB = "proxy: { remoteurl: https://registry-1.docker.io }\n";
  private static final String LOGIN =
      "proxy: { remoteurl: 'https://registry-1.docker.io', username: ci, password: 's: #3' }\n";
  private static final String USERS = "auth: { htpasswd: { realm: r, path: /auth/users } }\n";
  private static final String TLS = "  tls: { certificate: /tls/crt, key: /tls/key }\n";

  @Test
  void theRegistrysImageWithAnUpstream() throws Exception {
    Migration migration =
        Migration.of(
            Given.environment(Map.of("REGISTRY_PROXY_REMOTEURL", "https://registry-1.docker.io")),
            false);
    LarderConfig larder = Given.loaded(migration);

    assertThat(larder.host()).isEqualTo("0.0.0.0");
    assertThat(larder.port()).isEqualTo(5000);
    assertThat(larder.admin()).isEqualTo(new AdminConfig("127.0.0.1", 5001, Optional.empty()));
    assertThat(larder.guarded()).isEmpty();
    assertThat(larder.upstreams()).hasSize(1);
    UpstreamConfig hub = larder.upstreams().getFirst();
    assertThat(hub.name()).isEqualTo("docker.io");
    assertThat(hub.url()).isEqualTo(URI.create("https://registry-1.docker.io"));
    assertThat(hub.aliases()).containsExactly("registry-1.docker.io", "index.docker.io");
    assertThat(hub.isDefault()).isTrue();
    assertThat(hub.credentials()).isEqualTo(new Credentials.Anonymous());
    assertThat(hub.visibility()).isEqualTo(Visibility.PUBLIC);
    assertThat(hub.allowPrivateAddresses()).isFalse();
    assertThat(migration.lines())
        .anyMatch(line -> line.startsWith("only the environment was read"));
  }

  @Test
  void addressesAreTaken() throws Exception {
    LarderConfig larder =
        loaded(HUB + "http: { addr: '[::1]:80', debug: { addr: 'localhost:9000' } }");

    assertThat(larder.host()).isEqualTo("::1");
    assertThat(larder.port()).isEqualTo(80);
    assertThat(larder.admin()).isEqualTo(new AdminConfig("localhost", 9000, Optional.empty()));
  }

  @Test
  void metricsGetAPortThatClientsDoNotHave() throws Exception {
    assertThat(loaded(HUB + "http: { addr: ':5001' }").admin())
        .isEqualTo(new AdminConfig("127.0.0.1", 5002, Optional.empty()));
  }

  @Test
  void whatIsLeft() throws Exception {
    LarderConfig larder =
        loaded(
            HUB
                + """
                http: { draintimeout: 1m1.5s }
                log: { accesslog: { disabled: true } }
                storage: { filesystem: { rootdirectory: /var/lib/registry/ } }
                """);

    assertThat(larder.drain()).isEqualTo(Duration.ofMillis(61_500));
    assertThat(larder.accessLog()).isEqualTo(AccessLog.OFF);
    assertThat(larder.disk().path()).isEqualTo(Path.of("/var/lib/registry/larder"));

    assertThat(loaded(HUB + "log: { accesslog: { disabled: false } }").accessLog())
        .isEqualTo(AccessLog.STDERR);
    assertThat(loaded(HUB + "http: { draintimeout: 0 }").drain()).isEqualTo(Duration.ZERO);
  }

  @Test
  void tlsOfAnOpenRegistry() throws Exception {
    LarderConfig larder = loaded(HUB + "http:\n  addr: ':443'\n" + TLS);

    assertThat(larder.server().get("tls.private-key.pem.key.resource.path").asString().get())
        .isEqualTo("/tls/key");
    assertThat(larder.server().get("tls.private-key.pem.cert-chain.resource.path").asString().get())
        .isEqualTo("/tls/crt");
  }

  @Test
  void aLoginIsKeptApartAndAsOpenAsItWas() throws Exception {
    Migration migration = Migration.of(Given.file(LOGIN), true);
    UpstreamConfig hub = Given.loaded(migration).upstreams().getFirst();

    assertThat(hub.credentials()).isEqualTo(new Credentials.Password("ci", new Secret("s: #3")));
    assertThat(hub.visibility()).isEqualTo(Visibility.PRIVATE);
    assertThat(hub.open()).isTrue();
    assertThat(migration.lines())
        .anyMatch(line -> line.startsWith("whoever reaches larder may have all"))
        .noneMatch(line -> line.contains("s: #3"));
  }

  @Test
  void aPasswordThatMayNotBeShownIsNowhere() throws Exception {
    Migration migration = Migration.of(Given.file(LOGIN), false);

    assertThat(migration.yaml()).doesNotContain("s: #3", "password: ");
    assertThat(migration.lines())
        .noneMatch(line -> line.contains("s: #3"))
        .anyMatch(line ->
            line.startsWith("proxy.password (") && line.contains("LARDER_UPSTREAMS_0_PASSWORD"));
    assertThat(Given.loaded(migration).upstreams().getFirst().credentials())
        .isEqualTo(new Credentials.Password("ci", new Secret("any")));
  }

  @Test
  void aLoginThatTheRegistryHadNotIsNone() throws Exception {
    for (String proxy :
        List.of(
            "password: p",
            "username: '', password: p",
            "username: u, password: p, exec: { command: helper }")) {
      Migration migration =
          Migration.of(
              Given.file("proxy: { remoteurl: 'https://a.example', " + proxy + " }"), true);

      UpstreamConfig upstream = Given.loaded(migration).upstreams().getFirst();
      assertThat(upstream.credentials()).as(proxy).isEqualTo(new Credentials.Anonymous());
      assertThat(migration.lines()).anyMatch(line -> line.startsWith("proxy.password ("));
    }
  }

  @Test
  void aUserWithoutAPasswordIsTold() throws Exception {
    Migration migration =
        Migration.of(Given.file("proxy: { remoteurl: 'https://a.example', username: u }"), true);

    assertThat(migration.lines())
        .anyMatch(line -> line.startsWith("proxy.password is not set, and larder does not start"));
  }

  @Test
  void aGuardStaysOnTheRegistrysAddress() throws Exception {
    for (String proxy : List.of(HUB, LOGIN)) {
      LarderConfig larder = loaded(proxy + USERS + "http: { addr: ':5000' }");

      GuardedConfig guarded = larder.guarded().orElseThrow();
      assertThat(guarded.host()).isEqualTo("0.0.0.0");
      assertThat(guarded.port()).isEqualTo(5000);
      assertThat(guarded.users()).contains(Path.of("/auth/users"));
      assertThat(guarded.tls()).isEmpty();
      assertThat(larder.host()).isEqualTo("127.0.0.1");
      assertThat(larder.port()).isZero();
      assertThat(larder.admin().port()).isEqualTo(5001);
      assertThat(larder.upstreams().getFirst().visibility()).isEqualTo(Visibility.PRIVATE);
      assertThat(larder.upstreams().getFirst().open()).isFalse();
    }
  }

  @Test
  void aVariableThatTheRegistryDoesNotReadTakesNoGuardAway() throws Exception {
    Migration migration = Migration.of(Given.file(HUB + USERS, Map.of("REGISTRY_auth", "")), true);

    assertThat(Given.loaded(migration).guarded().orElseThrow().users())
        .contains(Path.of("/auth/users"));
    assertThat(migration.lines())
        .anyMatch(line -> line.startsWith("REGISTRY_auth: the registry does not read it"));
  }

  @Test
  void aGuardWithTls() throws Exception {
    LarderConfig larder = loaded(HUB + USERS + "http:\n  addr: ':443'\n" + TLS);

    GuardedConfig.TlsFiles files = larder.guarded().orElseThrow().tls().orElseThrow();
    assertThat(files.certificate()).isEqualTo(Path.of("/tls/crt"));
    assertThat(files.key()).isEqualTo(Path.of("/tls/key"));
    assertThat(files.clientCa()).isEmpty();
    assertThat(larder.server().get("tls").exists()).isFalse();
  }

  @Test
  void certificatesOfClients() throws Exception {
    LarderConfig larder =
        loaded(
            HUB + "http: { tls: { certificate: /tls/crt, key: /tls/key, clientcas: [/tls/ca] } }");

    GuardedConfig guarded = larder.guarded().orElseThrow();
    assertThat(guarded.tls().orElseThrow().clientCa()).contains(Path.of("/tls/ca"));
    assertThat(guarded.users()).isEmpty();
    assertThat(larder.upstreams().getFirst().open()).isFalse();
  }

  @Test
  void aGuardThatLetsInEveryoneIsNone() throws Exception {
    String tls =
        "http: { tls: { certificate: /crt, key: /key, clientcas: [/ca], clientauth: %s } }";
    assertThat(loaded(HUB + tls.formatted("request-client-cert")).guarded()).isEmpty();
    assertThat(loaded(HUB + tls.formatted("verify-client-cert-if-given")).guarded()).isEmpty();
    assertThat(loaded(HUB + "auth: none").guarded()).isEmpty();
    assertThat(loaded(HUB + "auth:").guarded()).isEmpty();
    // Without TLS there are no certificates.
    assertThat(loaded(HUB + "http: { tls: { clientcas: [/ca] } }").guarded()).isEmpty();
  }

  @Test
  void whatIsNoProxyIsNotMigrated() throws Exception {
    for (String yaml :
        List.of("", "proxy:", "proxy: { remoteurl: '' }", "proxy: { username: u }")) {
      stops(yaml, "this registry is no proxy");
    }
  }

  @Test
  void aGuardThatLarderHasNotStopsIt() throws Exception {
    for (String auth :
        List.of(
            "{ token: { realm: r } }",
            "{ silly: { realm: r } }",
            "token",
            "{ token: }",
            "{ another: { x: y } }",
            "{ htpasswd: { path: /u }, token: { realm: r } }",
            "some text")) {
      stops(HUB + "auth: " + auth, "auth.", "stops the migration: larder has no such guard");
    }
    String tls = HUB + "http: { tls: { certificate: /crt, key: /key, clientcas: %s } }\n";
    stops(tls.formatted("[/a, /b]"), "http.tls.clientcas", "put them into one file");
    stops(tls.formatted("[/a]") + USERS, "http.tls.clientcas", "beside the password");
    stops(
        tls.formatted("[/a], clientauth: require-any-client-cert"),
        "http.tls.clientauth",
        "let in any certificate");
  }

  @Test
  void encryptionAndPlacesThatLarderHasNotStopIt() throws Exception {
    stops(HUB + "http: { tls: { letsencrypt: { cachefile: /c } } }", "fetches no certificates");
    assertThat(loaded(HUB + "http: { tls: { letsencrypt: { email: a@b } } }").guarded()).isEmpty();
    stops(HUB + "http: { net: unix, addr: /run/registry.sock }", "http.net", "listens on TCP");
  }

  @Test
  void codeThatChangesWhatIsServedStopsIt() throws Exception {
    for (String kind : List.of("registry", "repository")) {
      // The registry does not look at disabled.
      stops(
          HUB + "middleware: { %s: [ { name: x, disabled: true } ] }".formatted(kind),
          "middleware." + kind + ".0.",
          "larder loads no code of others");
      assertThatExceptionOfType(NotMigratedException.class)
          .isThrownBy(() ->
              Migration.of(
                  Given.file(
                      HUB,
                      Map.of(
                          "REGISTRY_MIDDLEWARE_" + kind.toUpperCase(Locale.ROOT), "[{ name: x }]")),
                  true))
          .withMessageContaining("middleware." + kind);
      assertThat(
              Migration.of(Given.file(HUB + "middleware: { %s: [] }".formatted(kind)), true)
                  .lines())
          .anyMatch(line -> line.matches("middleware." + kind + " \\(.*\\): is empty"));
    }
    assertThat(loaded(HUB + "middleware: { storage: [ { name: redirect } ] }").guarded()).isEmpty();
  }

  @Test
  void valuesOfTheWrongKindAreRefused() throws Exception {
    refused("proxy: { remoteurl: [https://a, https://b] }", "proxy.remoteurl (", "takes one value");
    refused("proxy: [{ remoteurl: https://a }]", "this registry is no proxy");
    refused(HUB + "http: { addr: [1] }", "http.addr (", "takes one value");
    refused(HUB + "http: { addr: 5000 }", "http.addr (", "is not a host and a port");
    refused(HUB + "http: { draintimeout: 30 }", "http.draintimeout (", "such as 60s");
    refused(HUB + "log: { accesslog: { disabled: 3 } }", "log.accesslog.disabled (");
    refused(HUB + "auth: { htpasswd: { realm: r } }", "auth.htpasswd.path is missing");
    refused(
        HUB + "http: { tls: { certificate: /crt } }",
        "http.tls.certificate (",
        "needs http.tls.key");
    refused(HUB + "http: { tls: { certificate: /c, key: /k, clientcas: /ca } }", "takes a list");
    refused("proxy: { remoteurl: 'https://a.example', username: 'a:b', password: p }", "username");
    refused(
        "proxy: { remoteurl: 'https://a.example', username: u, password: \"secret\\n\" }",
        "password");
    // What larder itself would refuse.
    refused("proxy: { remoteurl: 'https://a.example/v2' }", "larder.upstreams.0.url: ");
    refused(HUB + "http: { addr: 'a b:5000' }", "server.host: ");
  }

  private static LarderConfig loaded(String yaml) throws Exception {
    return Given.loaded(Migration.of(Given.file(yaml), true));
  }

  private static void stops(String yaml, String... parts) {
    assertThatExceptionOfType(NotMigratedException.class)
        .as(yaml)
        .isThrownBy(() -> Migration.of(Given.file(yaml), true))
        .satisfies(e -> assertThat(e.getMessage()).contains(parts).doesNotContain("\n"));
  }

  private static void refused(String yaml, String... parts) {
    assertThatExceptionOfType(Exception.class)
        .as(yaml)
        .isThrownBy(() -> Migration.of(Given.file(yaml), true))
        .isInstanceOfAny(ConfigException.class, NotMigratedException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(parts).doesNotContain("\n", "secret"));
  }
}
