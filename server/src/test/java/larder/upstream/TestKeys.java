package larder.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Queue;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A key and a certificate that vouches for itself, made for one test run. */
record TestKeys(KeyStore store) {
  private static final String PASSWORD = "secret";

  /**
   * Makes them, which takes a second.
   *
   * @param name of the owner
   * @param host whose certificate it is, such as {@code ip:127.0.0.1}
   */
  static TestKeys make(Path folder, String name, String algorithm, String host) throws Exception {
    Path file = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "test",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-ext",
                "SAN=" + host,
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return new TestKeys(keys);
  }

  String certificate() throws Exception {
    return pem("CERTIFICATE", store.getCertificate("test").getEncoded());
  }

  String key() throws Exception {
    return pem("PRIVATE KEY", store.getKey("test", PASSWORD.toCharArray()).getEncoded());
  }

  private static String pem(String kind, byte[] bytes) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
  }

  /** TLS as this one. */
  SSLContext context(TrustManager... trust) throws Exception {
    var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trust, null);
    return context;
  }

  /** Ports that ask for a client certificate, take any, and note whose it was. */
  ServerSocketFactory asking(Queue<String> shown) throws Exception {
    ServerSocketFactory tls = context(new AnyClient(shown)).getServerSocketFactory();
    return new ServerSocketFactory() {
      @Override
      public ServerSocket createServerSocket(int port) {
        throw new UnsupportedOperationException("on loopback only");
      }

      @Override
      public ServerSocket createServerSocket(int port, int backlog) {
        throw new UnsupportedOperationException("on loopback only");
      }

      @Override
      public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
          throws java.io.IOException {
        var socket = (SSLServerSocket) tls.createServerSocket(port, backlog, address);
        socket.setWantClientAuth(true);
        return socket;
      }
    };
  }

  private record AnyClient(Queue<String> shown) implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
      shown.add(chain[0].getSubjectX500Principal().getName());
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      throw new UnsupportedOperationException("a server's");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
