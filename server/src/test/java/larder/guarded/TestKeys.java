package larder.guarded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Keys with certificates, made by the JDK's keytool. */
final class TestKeys {
  private static final String PASSWORD = "for-tests-only";

  private final Path folder;

  TestKeys(Path folder) {
    this.folder = folder;
  }

  private Path file() {
    return folder.resolve("keys.p12");
  }

  /**
   * Makes a key with a certificate.
   *
   * @param algorithm EC or RSA
   * @param more options of keytool, such as the alias of a signer
   */
  TestKeys make(String alias, String algorithm, String subject, String... more)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                algorithm,
                "-dname",
                subject,
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                file().toString()));
    command.addAll(List.of(more));
    Process keytool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.txt").toFile())
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException(Files.readString(folder.resolve("keytool.txt")));
    }
    return this;
  }

  TestKeys authority(String alias) throws IOException, InterruptedException {
    return make(alias, "EC", "CN=" + alias, "-ext", "bc:c", "-validity", "2");
  }

  private KeyStore store() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file())) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  X509Certificate certificate(String alias) throws IOException, GeneralSecurityException {
    return (X509Certificate) store().getCertificate(alias);
  }

  byte[] key(String alias) throws IOException, GeneralSecurityException {
    return store().getKey(alias, PASSWORD.toCharArray()).getEncoded();
  }

  String certificatePem(String alias) throws IOException, GeneralSecurityException {
    return pem("CERTIFICATE", certificate(alias).getEncoded());
  }

  String keyPem(String alias) throws IOException, GeneralSecurityException {
    return pem("PRIVATE KEY", key(alias));
  }

  static String pem(String label, byte[] content) {
    String base64 = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, base64, label);
  }

  /**
   * What a client has that trusts all of these.
   *
   * @param own aliases of what it may show
   */
  SSLContext client(String... own) throws IOException, GeneralSecurityException {
    KeyStore all = store();
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    KeyStore shown = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    shown.load(null, null);
    for (String alias : java.util.Collections.list(all.aliases())) {
      trusted.setCertificateEntry(alias, all.getCertificate(alias));
    }
    for (String alias : own) {
      char[] password = PASSWORD.toCharArray();
      shown.setKeyEntry(
          alias, all.getKey(alias, password), password, all.getCertificateChain(alias));
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(shown, PASSWORD.toCharArray());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        own.length == 0 ? new KeyManager[0] : keys.getKeyManagers(),
        trust.getTrustManagers(),
        null);
    return context;
  }
}
