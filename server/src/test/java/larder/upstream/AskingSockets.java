package larder.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.cert.X509Certificate;
import java.util.Queue;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.X509TrustManager;
import larder.certificates.TestKeys;

/** Ports that ask for a client certificate, take any, and note whose it was. */
final class AskingSockets extends ServerSocketFactory {
  private final ServerSocketFactory tls;

  /**
   * Makes them.
   *
   * @param alias of the server's own certificate
   */
  AskingSockets(TestKeys keys, String alias, Queue<String> shown) throws Exception {
    this.tls = keys.context(new AnyClient(shown), alias).getServerSocketFactory();
  }

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
      throws IOException {
    var socket = (SSLServerSocket) tls.createServerSocket(port, backlog, address);
    socket.setWantClientAuth(true);
    return socket;
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
