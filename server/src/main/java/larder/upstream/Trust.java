package larder.upstream;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import larder.pem.Pem;

/**
 * Who may vouch for a host.
 *
 * @param authorities certificates
 */
record Trust(List<X509Certificate> authorities) {
  Trust {
    authorities = List.copyOf(authorities);
  }

  /** Those that the JDK trusts, or its {@code javax.net.ssl.trustStore}. */
  static Trust ofJdk() throws IOException {
    try {
      return new Trust(
          Arrays.stream(managers(Optional.empty()))
              .filter(X509TrustManager.class::isInstance)
              .map(X509TrustManager.class::cast)
              .flatMap(each -> Arrays.stream(each.getAcceptedIssuers()))
              .toList());
    } catch (GeneralSecurityException e) {
      throw new IOException("what the JDK trusts cannot be read: " + e.getMessage(), e);
    }
  }

  static Trust ofJdkAnd(List<X509Certificate> more) throws IOException {
    List<X509Certificate> all = new ArrayList<>(ofJdk().authorities());
    all.addAll(more);
    return new Trust(all);
  }

  /**
   * TLS with these.
   *
   * @param own what is shown to a host that asks
   */
  SSLContext context(Optional<Pem.Own> own) throws IOException, GeneralSecurityException {
    KeyStore trusted = empty();
    for (int i = 0; i < authorities.size(); i++) {
      trusted.setCertificateEntry("authority-" + i, authorities.get(i));
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        own.isEmpty() ? new KeyManager[0] : keys(own.get()), managers(Optional.of(trusted)), null);
    return context;
  }

  private static KeyManager[] keys(Pem.Own own) throws IOException, GeneralSecurityException {
    KeyStore keys = empty();
    char[] nothing = new char[0];
    keys.setKeyEntry("own", own.key(), nothing, own.chain().toArray(X509Certificate[]::new));
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, nothing);
    return factory.getKeyManagers();
  }

  private static TrustManager[] managers(Optional<KeyStore> trusted)
      throws GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted.orElse(null));
    return factory.getTrustManagers();
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
