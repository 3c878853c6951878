package larder.certificates;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import larder.files.SmallFile;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * Certificates or a key in PEM (RFC 7468).
 *
 * @param what the file is for, such as the key under which it is configured
 */
public record PemFile(String what, Path path) {
  private static final String BEGIN = "-----BEGIN ";
  private static final Pattern BLOCK =
      Pattern.compile(BEGIN + "([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  /** One of a file's parts, as its first line calls it. */
  private record Block(String label, byte[] content) {}

  /**
   * All certificates in their order; there is one at least.
   *
   * @throws IOException whose message names what, the file and what to do
   */
  public List<X509Certificate> certificates() throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks()) {
      if (block.label().equals("CERTIFICATE")) {
        certificates.add(certificate(block.content()));
      }
    }
    if (certificates.isEmpty()) {
      throw trouble("has no certificate; put one in (BEGIN CERTIFICATE)");
    }
    return certificates;
  }

  private X509Certificate certificate(byte[] content) throws IOException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(content));
    } catch (CertificateException e) {
      throw new IOException(message("has a certificate that cannot be read; put it in anew"), e);
    }
  }

  /**
   * The file's key.
   *
   * @param algorithm of its certificate's key
   * @throws IOException whose message names what, the file and what to do, and nothing of the key
   */
  public PrivateKey privateKey(String algorithm) throws IOException {
    for (Block block : blocks()) {
      switch (block.label()) {
        case "PRIVATE KEY" -> {
          return privateKey(algorithm, block.content());
        }
        case "RSA PRIVATE KEY" -> {
          return privateKey(algorithm, ofRsa(block.content()));
        }
        case "EC PRIVATE KEY" -> {
          return privateKey(algorithm, ofCurve(block.content()));
        }
        case "ENCRYPTED PRIVATE KEY" ->
            throw trouble("is encrypted; take the password off by openssl pkey");
        default -> {
          // Certificates and parameters of curves may stand beside it.
        }
      }
    }
    throw trouble("has no key; put one in (BEGIN PRIVATE KEY)");
  }

  private PrivateKey privateKey(String algorithm, byte[] pkcs8) throws IOException {
    if (!algorithm.equals("RSA") && !algorithm.equals("EC")) {
      throw trouble("would have to be of " + algorithm + "; take a certificate with RSA or EC");
    }
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException e) {
      // Without the cause, which may tell of the key.
      throw trouble(
          "has no %s key that can be read; put in that of the certificate".formatted(algorithm));
    }
  }

  /** PKCS#1, which some tools write by default, as PKCS#8. */
  private byte[] ofRsa(byte[] content) throws IOException {
    try {
      AlgorithmIdentifier rsa =
          new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
      return new PrivateKeyInfo(rsa, RSAPrivateKey.getInstance(content)).getEncoded();
    } catch (RuntimeException e) {
      // The library throws several kinds for what is no such key.
      throw trouble("has an RSA key that cannot be read; put it in anew");
    }
  }

  /** SEC 1, as PKCS#8. */
  private byte[] ofCurve(byte[] content) throws IOException {
    try {
      ECPrivateKey read = ECPrivateKey.getInstance(content);
      AlgorithmIdentifier curve =
          new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, read.getParametersObject());
      return new PrivateKeyInfo(curve, read).getEncoded();
    } catch (RuntimeException e) {
      throw trouble("has an EC key that cannot be read; put it in anew");
    }
  }

  private List<Block> blocks() throws IOException {
    String text = new String(SmallFile.read(what, path), ISO_8859_1);
    List<Block> blocks = new ArrayList<>();
    Matcher each = BLOCK.matcher(text);
    while (each.find()) {
      blocks.add(new Block(each.group(1), content(each.group(2))));
    }
    // One that is cut off is no less of a chain, but a wrong one.
    if (blocks.size() != text.split(Pattern.quote(BEGIN), -1).length - 1) {
      throw trouble("is not whole; put it in anew");
    }
    return blocks;
  }

  private byte[] content(String base64) throws IOException {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw trouble("is not whole; put it in anew");
    }
  }

  private IOException trouble(String complaint) {
    return new IOException(message(complaint));
  }

  private String message(String complaint) {
    return "%s: %s %s".formatted(what, path, complaint);
  }
}
