package larder.certificates;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Who may vouch for the other side of TLS.
 *
 * @param certificates nobody may when there are none
 */
public record Authorities(List<X509Certificate> certificates) {
  public Authorities {
    certificates = List.copyOf(certificates);
  }

  /** Those that the JDK trusts, or its {@code javax.net.ssl.trustStore}. */
  public static Authorities ofJdk() throws IOException {
    try {
      return new Authorities(
          Arrays.stream(managers(null))
              .filter(X509TrustManager.class::isInstance)
              .map(X509TrustManager.class::cast)
              .flatMap(each -> Arrays.stream(each.getAcceptedIssuers()))
              .toList());
    } catch (GeneralSecurityException e) {
      throw new IOException("what the JDK trusts cannot be read: " + e.getMessage(), e);
    }
  }

  /** These and more. */
  public Authorities and(List<X509Certificate> more) {
    return new Authorities(Stream.concat(certificates.stream(), more.stream()).toList());
  }

  /** For TLS that trusts whom they vouch for. */
  public TrustManager[] managers() throws IOException, GeneralSecurityException {
    if (certificates.isEmpty()) {
      return new TrustManager[0]; // no array would mean those of the JDK
    }
    KeyStore store = emptyStore();
    for (int i = 0; i < certificates.size(); i++) {
      store.setCertificateEntry("authority-" + i, certificates.get(i));
    }
    return managers(store);
  }

  private static TrustManager[] managers(@Nullable KeyStore trusted)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return factory.getTrustManagers();
  }

  static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
