package larder.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import larder.certificates.TestKeys;
import larder.config.Credentials;
import larder.config.Proxies;
import larder.config.Secret;
import larder.config.TlsFiles;
import larder.tiering.SourceException.Unavailable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams behind a proxy, which alone can resolve their names. */
class ProxyTest {
  private static final List<String> ANY = List.of("*/*");
  private static TestKeys keys;

  @TempDir private Path folder;
  private final UpstreamFixture fixture = new UpstreamFixture();
  private final Queue<String> shown = new ConcurrentLinkedQueue<>();
  private final Map<String, String> environment = new HashMap<>();
  private TestRegistry plain;
  private TestRegistry secure;
  private TestProxy proxy;

  @BeforeAll
  static void makeKeys(@TempDir Path made) throws Exception {
    keys =
        new TestKeys(made)
            .host("server", "dns:registry.example")
            .host("proxy", "ip:127.0.0.1")
            .host("client", "dns:client");
  }

  @BeforeEach
  void start() throws Exception {
    plain = TestRegistry.start();
    secure = TestRegistry.start(new AskingSockets(keys, "server", shown));
    for (TestRegistry one : List.of(plain, secure)) {
      one.putManifest("a", "1", TestRegistry.OCI_MANIFEST, "{}".getBytes(UTF_8));
    }
    proxy = TestProxy.start();
    through("http://127.0.0.1:" + proxy.port());
    Path authorities =
        Files.writeString(
            folder.resolve("ca.pem"), keys.certificatePem("server") + keys.certificatePem("proxy"));
    fixture.tlsFiles =
        new TlsFiles(
            Optional.of(authorities),
            Optional.of(
                new TlsFiles.Own(
                    Files.writeString(folder.resolve("client.pem"), keys.certificatePem("client")),
                    Files.writeString(folder.resolve("client.key"), keys.keyPem("client")))));
    // All that is asked of the proxy is a public name.
    fixture.allowPrivate = false;
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
    plain.close();
    secure.close();
    proxy.close();
  }

  private void through(String url) {
    environment.put("HTTP_PROXY", url);
    environment.put("HTTPS_PROXY", url);
  }

  private static URI named(TestRegistry registry) {
    return URI.create(registry.url().toString().replace("127.0.0.1", "registry.example"));
  }

  private Upstream open(URI url) throws Exception {
    fixture.proxies = Proxies.of(environment);
    return fixture.open(url, List.of());
  }

  private static void pull(Upstream upstream) throws Exception {
    assertThat(upstream.manifest("a", "1", ANY).body()).hasSize(2);
  }

  @Test
  void anEncryptedRegistryIsReachedByATunnelWhichIsKept() throws Exception {
    fixture.credentials = new Credentials.Password("ci", new Secret("s3cret"));
    secure.knowsOnly("ci", "s3cret");
    secure.wantsBasic(true);
    Upstream upstream = open(named(secure));
    pull(upstream);
    pull(upstream);
    assertThat(proxy.received())
        .singleElement()
        .satisfies(r -> {
          assertThat(r.method()).isEqualTo("CONNECT");
          assertThat(r.target()).isEqualTo("registry.example:" + secure.url().getPort());
          assertThat(r.header("Authorization")).isEmpty();
          assertThat(r.header("Proxy-Authorization")).isEmpty();
        });
    assertThat(secure.received()).allMatch(r -> r.target().startsWith("/v2/"));
  }

  @Test
  void aPlainRegistryIsAskedForByItsWholeAddress() throws Exception {
    pull(open(named(plain)));
    assertThat(proxy.received())
        .singleElement()
        .satisfies(r -> assertThat(r.target()).isEqualTo(named(plain) + "/v2/a/manifests/1"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theProxySeesItsOwnLoginAndTheRegistryDoesNot(boolean tls) throws Exception {
    proxy.knowsOnly("user", "pä:s s");
    through("http://user:p%C3%A4%3As%20s@127.0.0.1:" + proxy.port());
    TestRegistry registry = tls ? secure : plain;
    pull(open(named(registry)));
    assertThat(proxy.received()).hasSize(1);
    assertThat(registry.received())
        .isNotEmpty()
        .allMatch(r -> r.header("Proxy-Authorization").isEmpty());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLoginThatTheProxyDoesNotTakeIsTrouble(boolean tls) throws Exception {
    proxy.knowsOnly("user", "other");
    TestRegistry registry = tls ? secure : plain;
    for (String login : List.of("", "user:s3cret@")) {
      through("http://" + login + "127.0.0.1:" + proxy.port());
      assertThatThrownBy(() -> pull(open(named(registry))))
          .isInstanceOf(Unavailable.class)
          .hasMessage(
              "manifest a:1 from registry.example:%d through proxy 127.0.0.1:%d: the proxy does not take larder's login, or wants one: 407"
                  .formatted(registry.url().getPort(), proxy.port()));
    }
    assertThat(registry.requests()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 301, 401, 403, 404, 429, 502})
  void aRefusedTunnelIsTheProxysAnswerAndNotTheRegistrys(int status) throws Exception {
    proxy.refuses(
        "HTTP/1.1 " + status + " No\r\nLocation: http://evil.example/\r\nWWW-Authenticate: Basic");
    Upstream upstream = open(named(secure));
    assertThatThrownBy(() -> pull(upstream))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("through proxy 127.0.0.1:")
        .hasMessageEndingWith("the proxy refused with " + status);
    assertThat(proxy.received()).hasSize(1);
    assertThat(upstream.answering()).isTrue();
  }

  @Test
  void aProxyThatIsGoneOrSilentIsTrouble() throws Exception {
    proxy.hangs();
    fixture.timeouts = UpstreamFixture.timeouts(200, 200, 200);
    through("http://user:s3cret@127.0.0.1:" + proxy.port());
    assertThatThrownBy(() -> pull(open(named(secure))))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("through proxy 127.0.0.1:" + proxy.port() + ": time-out")
        .hasMessageNotContaining("s3cret");
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    through("http://user:s3cret@127.0.0.1:" + free);
    assertThatThrownBy(() -> pull(open(named(secure))))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("through proxy 127.0.0.1:" + free + ": ")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void anEncryptedProxyIsReachedByTlsAndSeesNoClientCertificate() throws Exception {
    Queue<String> shownToProxy = new ConcurrentLinkedQueue<>();
    try (TestProxy encrypted = TestProxy.start(new AskingSockets(keys, "proxy", shownToProxy))) {
      encrypted.knowsOnly("user", "pass");
      through("https://user:pass@127.0.0.1:" + encrypted.port());
      pull(open(named(secure)));
      pull(open(named(plain)));
      assertThat(encrypted.received())
          .extracting(Received::method)
          .containsExactly("CONNECT", "GET");
      assertThat(shown).containsOnly("CN=client");
      assertThat(shownToProxy).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "10.0.0.1.",
        "167772161",
        "0xa000001",
        "0xa.0.0.1",
        "012.0.0.1",
        "10.1",
        "2130706433",
        "0x7f000001",
        "0",
        "[::ffff:10.0.0.1]",
        "[0:0:0:0:0:ffff:a00:1]",
        "[64:ff9b::10.0.0.1]",
        "[fd00::1]",
        "169.254.169.254",
        "2852039166",
        "[fe80::1]",
        "metadata.google.internal",
        "Metadata.Google.Internal.",
        "127.0.0.1",
        "localhost",
        "x.localhost",
      })
  void noNotationOfAPrivateAddressIsAskedOfTheProxy(String host) throws Exception {
    fixture.names.put("x.localhost", InetAddress.ofLiteral("127.0.0.1"));
    fixture.names.put("localhost", InetAddress.ofLiteral("127.0.0.1"));
    secure.script().always(Received::isManifest, Fault.redirect(307, "https://" + host + ":1/v2/"));
    Upstream upstream = open(named(secure));
    assertThatThrownBy(() -> pull(upstream))
        .isInstanceOf(Unavailable.class)
        .satisfies(e ->
            assertThat(e.getMessage())
                .matches(m -> m.contains("a private address") || m.contains("never allowed")));
    assertThat(proxy.received()).hasSize(1);
    assertThatThrownBy(() -> pull(open(URI.create("https://" + host + ":1"))))
        .isInstanceOf(Unavailable.class);
    assertThat(proxy.received()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1", "0xa000001", "localhost"})
  void aTokenServiceAtAPrivateAddressIsNotAsked(String host) throws Exception {
    fixture.names.put("localhost", InetAddress.ofLiteral("127.0.0.1"));
    fixture.credentials = new Credentials.Password("ci", new Secret("s3cret"));
    String realm = "https://" + host + ":" + plain.url().getPort() + "/token";
    secure
        .script()
        .always(
            Received::isManifest,
            new Fault.Status(401, "WWW-Authenticate", "Bearer realm=\"" + realm + "\""));
    assertThatThrownBy(() -> pull(open(named(secure))))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("a private address")
        .hasMessageNotContaining("s3cret");
    assertThat(proxy.received()).hasSize(1);
    assertThat(plain.connections()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"169.254.169.254", "2852039166", "[fe80::1]", "metadata.google.internal"})
  void metadataServicesAreNeverAskedForWhateverIsPermitted(String host) throws Exception {
    fixture.allowPrivate = true;
    assertThatThrownBy(() -> pull(open(URI.create("http://" + host))))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("never allowed");
    assertThat(proxy.received()).isEmpty();
  }

  @Test
  void aPrivateAddressThatIsPermittedIsAskedOfTheProxy() throws Exception {
    fixture.allowPrivate = true;
    pull(open(URI.create("http://10.0.0.1:" + plain.url().getPort())));
    assertThat(proxy.received()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[fe80::1%eth0]", "[fe80::1%25eth0]", "[::1%lo]", "[fd00::1%1]"})
  void anAddressWithAZoneIsNotAskedOfTheProxy(String host) throws Exception {
    secure.script().always(Received::isManifest, Fault.redirect(307, "https://" + host + ":1/v2/"));
    assertThatThrownBy(() -> pull(open(named(secure)))).isInstanceOf(Unavailable.class);
    assertThat(proxy.received()).hasSize(1);
    assertThatThrownBy(() -> pull(open(URI.create("http://" + host + ":1"))))
        .isInstanceOf(Unavailable.class);
    assertThat(proxy.received()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.%31/", "http://ten%2e0.0.1/"})
  void aNameThatAProxyMightReadAsAnotherIsRefused(String location) throws Exception {
    secure
        .script()
        .always(Received::isManifest, Fault.redirect(307, location.replace("http:", "https:")));
    assertThatThrownBy(() -> pull(open(named(secure)))).isInstanceOf(Unavailable.class);
    assertThat(proxy.received()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "'', proxy.example",
    "'', Proxy.Example.",
    "proxy.example, proxy.example",
    "proxy.example, proxy.example.",
  })
  void theProxyItselfIsReachedWhereverItIsButNotAsAHost(String direct, String host)
      throws Exception {
    fixture.names.put("proxy.example.", InetAddress.ofLiteral("127.0.0.1"));
    fixture.names.put("proxy.example", InetAddress.ofLiteral("127.0.0.1"));
    through("http://proxy.example:" + proxy.port());
    environment.put("NO_PROXY", direct);
    Upstream upstream = open(named(secure));
    pull(upstream);
    String location = "https://" + host + ":" + plain.url().getPort() + "/x";
    secure.script().once(Received::isManifest, Fault.redirect(307, location));
    assertThatThrownBy(() -> pull(upstream))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("a private address");
    assertThat(plain.connections()).isZero();
    assertThat(proxy.received()).hasSize(1);
  }

  @Test
  void aHostWithoutAProxyIsReachedAtOnce() throws Exception {
    fixture.allowPrivate = true;
    pull(open(plain.url()));
    environment.put("NO_PROXY", "registry.example");
    fixture.names.put("registry.example", InetAddress.ofLiteral("127.0.0.1"));
    pull(open(named(secure)));
    assertThat(proxy.received()).isEmpty();
  }
}
