package larder.certificates;

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
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Keys with certificates, made by the JDK's keytool. */
public final class TestKeys {
  private static final String PASSWORD = "for-tests-only";

  private final Path folder;

  public TestKeys(Path folder) {
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
  public TestKeys make(String alias, String algorithm, String subject, String... more)
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

  /** Makes one that vouches for itself and is good for a host, such as {@code ip:127.0.0.1}. */
  public TestKeys host(String alias, String host) throws IOException, InterruptedException {
    return make(alias, "EC", "CN=" + alias, "-ext", "san=" + host, "-validity", "2");
  }

  public TestKeys authority(String alias) throws IOException, InterruptedException {
    return make(alias, "EC", "CN=" + alias, "-ext", "bc:c", "-validity", "2");
  }

  private KeyStore store() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file())) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  public X509Certificate certificate(String alias) throws IOException, GeneralSecurityException {
    return (X509Certificate) store().getCertificate(alias);
  }

  public byte[] key(String alias) throws IOException, GeneralSecurityException {
    return store().getKey(alias, PASSWORD.toCharArray()).getEncoded();
  }

  public String certificatePem(String alias) throws IOException, GeneralSecurityException {
    return pem("CERTIFICATE", certificate(alias).getEncoded());
  }

  public String keyPem(String alias) throws IOException, GeneralSecurityException {
    return pem("PRIVATE KEY", key(alias));
  }

  public static String pem(String label, byte[] content) {
    String base64 = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, base64, label);
  }

  /**
   * What a client has that trusts all of these.
   *
   * @param own aliases of what it may show
   */
  public SSLContext client(String... own) throws IOException, GeneralSecurityException {
    KeyStore all = store();
    List<X509Certificate> trusted = new ArrayList<>();
    for (String alias : Collections.list(all.aliases())) {
      trusted.add((X509Certificate) all.getCertificate(alias));
    }
    return context(new Authorities(trusted).managers()[0], own);
  }

  /**
   * TLS that shows some of these.
   *
   * @param trust whom it trusts
   * @param own aliases of what it may show
   */
  public SSLContext context(TrustManager trust, String... own)
      throws IOException, GeneralSecurityException {
    KeyStore all = store();
    KeyStore shown = Authorities.emptyStore();
    char[] password = PASSWORD.toCharArray();
    for (String alias : own) {
      shown.setKeyEntry(
          alias, all.getKey(alias, password), password, all.getCertificateChain(alias));
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(shown, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        own.length == 0 ? new KeyManager[0] : keys.getKeyManagers(),
        new TrustManager[] {trust},
        null);
    return context;
  }
}
