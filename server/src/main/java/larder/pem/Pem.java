package larder.pem;

import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.pki.PemReader;
import io.helidon.common.pki.PkiException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/** Reads PEM files. Messages name the file and never what is in it. */
public final class Pem {
  private Pem() {}

  /**
   * A certificate, those that vouch for it, and its key.
   *
   * @param chain the certificate first
   */
  public record Own(List<X509Certificate> chain, PrivateKey key) {
    public Own {
      chain = List.copyOf(chain);
    }

    @Override
    public String toString() {
      return "Own[" + chain.getFirst().getSubjectX500Principal() + "]";
    }
  }

  /**
   * All certificates of a file; at least one.
   *
   * @throws IOException when there is none, or one that cannot be read
   */
  public static List<X509Certificate> certificates(Path file) throws IOException {
    try {
      return PemReader.readCertificates(new ByteArrayInputStream(bytes(file)));
    } catch (PkiException e) {
      throw new IOException(file + " holds no certificate in PEM, or one that is damaged", e);
    }
  }

  /**
   * A certificate and its key.
   *
   * @param key not encrypted, of RSA or an elliptic curve in PKCS#8, or of RSA in PKCS#1
   * @throws IOException when either cannot be read, or they do not belong together
   */
  public static Own own(Path certificate, Path key) throws IOException {
    List<X509Certificate> chain = certificates(certificate);
    PrivateKey secret = key(key);
    if (!belong(chain.getFirst().getPublicKey(), secret)) {
      throw new IOException(key + " is not the key of the first certificate in " + certificate);
    }
    return new Own(chain, secret);
  }

  private static PrivateKey key(Path file) throws IOException {
    byte[] bytes = bytes(file);
    try {
      return Keys.builder()
          .pem(pem -> pem.key(Resource.create(file.toString(), bytes)))
          .build()
          .privateKey()
          .orElseThrow();
    } catch (RuntimeException e) {
      // What it complains of may be quoted, so neither its message nor it is passed on.
      throw new IOException(
          file
              + " holds no private key in PEM that larder reads: PKCS#8, or RSA in PKCS#1; not encrypted");
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IOException(file + " is not there", e);
    }
  }

  private static boolean belong(PublicKey open, PrivateKey secret) {
    String scheme =
        switch (secret.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> secret.getAlgorithm();
        };
    byte[] text = {'l', 'a', 'r', 'd', 'e', 'r'};
    try {
      Signature signing = Signature.getInstance(scheme);
      signing.initSign(secret);
      signing.update(text);
      byte[] signature = signing.sign();
      Signature checking = Signature.getInstance(scheme);
      checking.initVerify(open);
      checking.update(text);
      return checking.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
