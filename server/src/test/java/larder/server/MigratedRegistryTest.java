package larder.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import larder.certificates.TestKeys;
import larder.config.ConfigLoader;
import larder.config.LarderConfig;
import larder.fs.Disk;
import larder.migrate.Migration;
import larder.migrate.RegistrySettings;
import larder.tiering.Digest;
import larder.tiering.Events;
import larder.upstream.GeneratedBlob;
import larder.upstream.TestRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** larder, started with what is made of a registry's settings, stands in for the registry. */
class MigratedRegistryTest {
  private static final String PASSWORD = "for-tests-only";
  private static final String LOGIN = "ci:" + PASSWORD;

  @TempDir Path directory;
  private TestRegistry upstream;
  private final GeneratedBlob layer = new GeneratedBlob(1, 300_000);
  private Digest image = Digest.of(Digest.Algorithm.SHA256, new byte[0]);

  @BeforeEach
  void fillUpstream() throws Exception {
    upstream = TestRegistry.start();
    image = upstream.putImage("team/app", "1", List.of(layer));
  }

  @AfterEach
  void stopUpstream() throws Exception {
    upstream.close();
  }

  @Test
  void anOpenOne() throws Exception {
    try (Larder larder = start(Map.of("REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", data()))) {
      pulls(HttpClient.newHttpClient(), "http://127.0.0.1:" + larder.port(), "");
    }
    assertThat(Path.of(data(), "larder", "blobs")).isDirectory();
  }

  @Test
  void oneWithALogin() throws Exception {
    upstream.wantsTokens(true);
    upstream.knowsOnly("ci", PASSWORD);
    try (Larder larder =
        start(Map.of("REGISTRY_PROXY_USERNAME", "ci", "REGISTRY_PROXY_PASSWORD", PASSWORD))) {
      pulls(HttpClient.newHttpClient(), "http://127.0.0.1:" + larder.port(), "");
    }
  }

  @Test
  void oneWithTls() throws Exception {
    TestKeys keys = keys();
    try (Larder larder = start(tls(keys))) {
      pulls(trusting(keys), "https://127.0.0.1:" + larder.port(), "");
    }
  }

  @Test
  void oneWithUsers() throws Exception {
    try (Larder larder = start(Map.of("REGISTRY_AUTH_HTPASSWD_PATH", users()))) {
      String guarded = "http://127.0.0.1:" + larder.guardedPort().orElseThrow();

      refuses(HttpClient.newHttpClient(), guarded, "");
      refuses(HttpClient.newHttpClient(), guarded, "ci:another");
      refuses(HttpClient.newHttpClient(), "http://127.0.0.1:" + larder.port(), LOGIN);
      assertThat(upstream.payloadBytes(layer.digest())).isZero();
      HttpResponse<byte[]> ping = get(HttpClient.newHttpClient(), guarded + "/v2/", "");
      assertThat(ping.statusCode()).isEqualTo(401);
      assertThat(ping.headers().firstValue("WWW-Authenticate").orElseThrow()).startsWith("Basic ");
      pulls(HttpClient.newHttpClient(), guarded, LOGIN);
      refuses(HttpClient.newHttpClient(), guarded, "");
      refuses(HttpClient.newHttpClient(), "http://127.0.0.1:" + larder.port(), LOGIN);
    }
  }

  @Test
  void oneWithUsersAndTls() throws Exception {
    TestKeys keys = keys();
    Map<String, String> registry = new HashMap<>(tls(keys));
    registry.put("REGISTRY_AUTH_HTPASSWD_PATH", users());
    try (Larder larder = start(registry)) {
      String guarded = "https://127.0.0.1:" + larder.guardedPort().orElseThrow();

      refuses(trusting(keys), guarded, "");
      pulls(trusting(keys), guarded, LOGIN);
    }
  }

  @Test
  void oneWithCertificatesOfClients() throws Exception {
    TestKeys keys = keys();
    Map<String, String> registry = new HashMap<>(tls(keys));
    registry.put(
        "REGISTRY_HTTP_TLS_CLIENTCAS", "[" + registry.get("REGISTRY_HTTP_TLS_CERTIFICATE") + "]");
    try (Larder larder = start(registry)) {
      String guarded = "https://127.0.0.1:" + larder.guardedPort().orElseThrow();

      refuses(trusting(keys), guarded, "");
      pulls(trusting(keys, "server"), guarded, "");
    }
  }

  private Larder start(Map<String, String> registry) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("config.yml"),
            """
            http: { addr: '127.0.0.1:0', debug: { addr: '127.0.0.1:0' } }
            storage: { filesystem: { rootdirectory: %s } }
            proxy: { remoteurl: '%s' }
            """
                .formatted(data(), upstream.url()));
    Migration migration = Migration.of(RegistrySettings.read(Optional.of(file), registry), true);
    LarderConfig config =
        new ConfigLoader(Map.of("LARDER_DISK_MIN_FREE", "0"), Map.of(), Long.MAX_VALUE)
            .load(migration.yaml(), "larder.yaml")
            .config();
    return Larder.start(
        config,
        new Larder.Outside(
            InstantSource.system(), Disk.real(), 1L << 30, _ -> {}, Duration.ZERO, Events.NONE));
  }

  private void pulls(HttpClient client, String registry, String login) throws IOException {
    String repository = registry + "/v2/team/app/";
    HttpResponse<byte[]> manifest = get(client, repository + "manifests/1", login);
    assertThat(manifest.statusCode()).isEqualTo(200);
    assertThat(Digest.of(Digest.Algorithm.SHA256, manifest.body())).isEqualTo(image);
    byte[] body = get(client, repository + "blobs/" + layer.digest(), login).body();
    assertThat(Digest.of(Digest.Algorithm.SHA256, body)).isEqualTo(layer.digest());
  }

  private void refuses(HttpClient client, String registry, String login) throws IOException {
    for (String path : List.of("/manifests/1", "/blobs/" + layer.digest())) {
      assertThat(get(client, registry + "/v2/team/app" + path, login).statusCode())
          .as("%s%s as %s", registry, path, login)
          .isIn(401, 403, 404);
    }
  }

  private static HttpResponse<byte[]> get(HttpClient client, String url, String login)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .version(HttpClient.Version.HTTP_1_1)
            .timeout(Duration.ofSeconds(30));
    if (!login.isEmpty()) {
      request.header(
          "Authorization", "Basic " + Base64.getEncoder().encodeToString(login.getBytes(US_ASCII)));
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private String data() {
    return directory.resolve("registry").toString();
  }

  private String users() throws IOException {
    // bcrypt of the password, as htpasswd -B writes it.
    return Files.writeString(
            directory.resolve("users"),
            "ci:$2b$05$abcdefghijklmnopqrstuuZs.YZeLtYrzeLC44.kR5arqMlYS5RsS\n")
        .toString();
  }

  private TestKeys keys() throws Exception {
    return new TestKeys(directory).host("server", "ip:127.0.0.1");
  }

  private Map<String, String> tls(TestKeys keys) throws Exception {
    Path certificate = Files.writeString(directory.resolve("crt"), keys.certificatePem("server"));
    Path key = Files.writeString(directory.resolve("key"), keys.keyPem("server"));
    return Map.of(
        "REGISTRY_HTTP_TLS_CERTIFICATE",
        certificate.toString(),
        "REGISTRY_HTTP_TLS_KEY",
        key.toString());
  }

  /** A client that trusts the server, and may show certificates itself. */
  private static HttpClient trusting(TestKeys keys, String... own) throws Exception {
    return HttpClient.newBuilder().sslContext(keys.client(own)).build();
  }
}
