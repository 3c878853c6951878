package larder.guarded;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import larder.files.Watched;

/**
 * The context that is in force when a connection is accepted. One that is no more in force takes
 * its sessions along: who was let in by a client CA that is gone cannot resume.
 */
final class CurrentContext extends SSLContext {
  /*
   * The framework gives its blocking sockets no parameters of its own: neither protocols nor whether clients are asked
   * for a certificate. So they are set here on each socket.
   */
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  CurrentContext(Watched<SSLContext> contexts, boolean asksClients) {
    super(
        new Delegate(contexts, asksClients),
        contexts.current().content().getProvider(),
        contexts.current().content().getProtocol());
  }

  private static SSLParameters parameters(SSLParameters defaults, boolean asksClients) {
    defaults.setProtocols(PROTOCOLS);
    defaults.setWantClientAuth(asksClients);
    return defaults;
  }

  private static final class Delegate extends SSLContextSpi {
    private final Watched<SSLContext> contexts;
    private final boolean asksClients;

    Delegate(Watched<SSLContext> contexts, boolean asksClients) {
      this.contexts = contexts;
      this.asksClients = asksClients;
    }

    private SSLContext current() {
      return contexts.current().content();
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
        throws KeyManagementException {
      throw new KeyManagementException("its files say what it is");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return new AcceptedSockets(current().getSocketFactory(), asksClients);
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return current().getServerSocketFactory();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return current().createSSLEngine();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return current().createSSLEngine(host, port);
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return current().getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return current().getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
      return parameters(current().getDefaultSSLParameters(), asksClients);
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
      return current().getSupportedSSLParameters();
    }
  }

  /** Puts TLS on sockets that were accepted, and makes no others. */
  private static final class AcceptedSockets extends SSLSocketFactory {
    private final SSLSocketFactory factory;
    private final boolean asksClients;

    AcceptedSockets(SSLSocketFactory factory, boolean asksClients) {
      this.factory = factory;
      this.asksClients = asksClients;
    }

    @Override
    public Socket createSocket(Socket accepted, InputStream consumed, boolean autoClose)
        throws IOException {
      SSLSocket socket = (SSLSocket) factory.createSocket(accepted, consumed, autoClose);
      socket.setSSLParameters(parameters(socket.getSSLParameters(), asksClients));
      return socket;
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return factory.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return factory.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) {
      throw none();
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw none();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
      throw none();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw none();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
      throw none();
    }

    private static UnsupportedOperationException none() {
      return new UnsupportedOperationException("a listener connects to nobody");
    }
  }
}
