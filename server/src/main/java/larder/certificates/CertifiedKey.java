package larder.certificates;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * A key, its certificate, and those that vouch for that.
 *
 * @param chain the certificate first
 */
public record CertifiedKey(List<X509Certificate> chain, PrivateKey key) {
  private static final byte[] TEXT = new byte[32];

  public CertifiedKey {
    chain = List.copyOf(chain);
  }

  /**
   * Reads both.
   *
   * @param certificate and those that vouch for it, in their order
   * @param key RSA or EC, not encrypted: PKCS#8, PKCS#1 or SEC 1
   * @throws IOException when either cannot be read, or they do not belong together
   */
  public static CertifiedKey read(PemFile certificate, PemFile key) throws IOException {
    List<X509Certificate> chain = certificate.certificates();
    PublicKey known = chain.getFirst().getPublicKey();
    PrivateKey secret = key.privateKey(known.getAlgorithm());
    if (!arePair(secret, known)) {
      throw new IOException(
          "%s: %s is not the key of the first certificate in %s; put in those that belong together"
              .formatted(key.what(), key.path(), certificate.path()));
    }
    return new CertifiedKey(chain, secret);
  }

  private static boolean arePair(PrivateKey key, PublicKey known) {
    boolean rsa = known.getAlgorithm().equals("RSA");
    try {
      Signature signature = Signature.getInstance("SHA256with" + (rsa ? "RSA" : "ECDSA"));
      signature.initSign(key);
      signature.update(TEXT);
      byte[] signed = signature.sign();
      signature.initVerify(known);
      signature.update(TEXT);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** For TLS that shows this certificate. */
  public KeyManager[] managers() throws IOException, GeneralSecurityException {
    // In memory only; a key store wants a password anyway.
    char[] password = UUID.randomUUID().toString().toCharArray();
    KeyStore store = Authorities.emptyStore();
    store.setKeyEntry("own", key, password, chain.toArray(X509Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, password);
    return factory.getKeyManagers();
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "CertifiedKey[" + chain.getFirst().getSubjectX500Principal() + "]";
  }
}
