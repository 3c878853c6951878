package larder.guarded;

import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import larder.config.GuardedConfig.TlsFiles;

/** The guarded listener's own TLS, as its files say at each time. */
public final class ListenerTls {
  private static final String CERTIFICATE_FILE = "larder.guarded.certificate-file";
  private static final String KEY_FILE = "larder.guarded.key-file";
  private static final String CLIENT_CA = "larder.guarded.client-ca";

  /** Seconds in which a client may go on with what a handshake before found out. */
  private static final int SESSION = 3600;

  private ListenerTls() {}

  /**
   * TLS 1.2 and 1.3 for a blocking listener. Clients are asked for a certificate where there is a
   * client CA, and may do without. The files are read anew for new connections when they change;
   * what cannot be used is logged once, and what was read before stays in force.
   *
   * @throws IOException when the files are of no use; its message names the key
   */
  public static Tls open(TlsFiles files, InstantSource clock) throws IOException {
    List<Path> watched = new ArrayList<>(List.of(files.certificate(), files.key()));
    files.clientCa().ifPresent(watched::add);
    Watched<SSLContext> contexts = Watched.open(watched, () -> context(files), clock);
    return Tls.builder()
        .sslContext(new CurrentContext(contexts, files.clientCa().isPresent()))
        .build();
  }

  private static SSLContext context(TlsFiles files) throws IOException {
    List<X509Certificate> chain = new PemFile(CERTIFICATE_FILE, files.certificate()).certificates();
    PublicKey known = chain.getFirst().getPublicKey();
    PrivateKey key = new PemFile(KEY_FILE, files.key()).privateKey(known.getAlgorithm());
    List<X509Certificate> authorities = new ArrayList<>();
    if (files.clientCa().isPresent()) {
      authorities.addAll(new PemFile(CLIENT_CA, files.clientCa().get()).certificates());
    }
    try {
      if (!arePair(key, known)) {
        throw new IOException(
            "%s: %s is not the key of the first certificate in %s; put in those that belong together"
                .formatted(KEY_FILE, files.key(), files.certificate()));
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own(key, chain).getKeyManagers(), trusting(authorities), null);
      context.getServerSessionContext().setSessionTimeout(SESSION);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "%s: %s cannot be used, put in the listener's own certificate first and its CA's last: %s"
              .formatted(CERTIFICATE_FILE, files.certificate(), e.getMessage()),
          e);
    }
  }

  private static boolean arePair(PrivateKey key, PublicKey known) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256with" + (isRsa(known) ? "RSA" : "ECDSA"));
    byte[] text = new byte[32];
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(known);
    signature.update(text);
    return signature.verify(signed);
  }

  private static boolean isRsa(PublicKey key) {
    return key.getAlgorithm().equals("RSA");
  }

  private static KeyManagerFactory own(PrivateKey key, List<X509Certificate> chain)
      throws GeneralSecurityException, IOException {
    // In memory only; a key store wants a password anyway.
    char[] password = UUID.randomUUID().toString().toCharArray();
    KeyStore store = empty();
    store.setKeyEntry("own", key, password, chain.toArray(X509Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, password);
    return factory;
  }

  /** Nobody, where there is no authority; none at all would mean those of the JDK. */
  private static TrustManager[] trusting(List<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    if (authorities.isEmpty()) {
      return new TrustManager[0];
    }
    KeyStore store = empty();
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("ca-" + i, authorities.get(i));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
