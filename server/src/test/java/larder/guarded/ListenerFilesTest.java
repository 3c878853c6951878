package larder.guarded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import larder.certificates.PemFile;
import larder.certificates.TestKeys;
import larder.config.GuardedConfig.TlsFiles;
import larder.tiering.FakeClock;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of a listener's TLS, as tools and accidents write them. */
class ListenerFilesTest {
  @TempDir private static Path made;
  private static TestKeys keys;

  @TempDir private Path folder;
  private final FakeClock clock = new FakeClock();
  private TlsFiles files;

  @BeforeAll
  static void makeKeys() throws Exception {
    keys =
        new TestKeys(made)
            .make("ec", "EC", "CN=one", "-validity", "2")
            .make("rsa", "RSA", "CN=two", "-validity", "2")
            .make("ed", "Ed25519", "CN=three", "-validity", "2");
  }

  @BeforeEach
  void write() throws Exception {
    files =
        new TlsFiles(
            folder.resolve("crt"), folder.resolve("key"), Optional.of(folder.resolve("ca")));
    Files.writeString(folder.resolve("ca"), keys.certificatePem("rsa"));
    shows("ec");
  }

  private void shows(String alias) throws Exception {
    Files.writeString(files.certificate(), keys.certificatePem(alias));
    Files.writeString(files.key(), keys.keyPem(alias));
  }

  @Test
  void keysAreReadAsToolsWriteThem() throws Exception {
    byte[] rsa =
        PrivateKeyInfo.getInstance(keys.key("rsa"))
            .parsePrivateKey()
            .toASN1Primitive()
            .getEncoded();
    Files.writeString(files.key(), TestKeys.pem("RSA PRIVATE KEY", rsa));
    assertThat(new PemFile("key", files.key()).privateKey("RSA").getEncoded())
        .isEqualTo(keys.key("rsa"));

    ECPrivateKey ec =
        (ECPrivateKey)
            KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(keys.key("ec")));
    ASN1Encodable curve =
        PrivateKeyInfo.getInstance(keys.key("ec")).getPrivateKeyAlgorithm().getParameters();
    int bits = ec.getParams().getOrder().bitLength();
    byte[] sec1 = new org.bouncycastle.asn1.sec.ECPrivateKey(bits, ec.getS(), curve).getEncoded();
    Files.writeString(
        files.key(),
        TestKeys.pem("EC PARAMETERS", curve.toASN1Primitive().getEncoded())
            + TestKeys.pem("EC PRIVATE KEY", sec1));
    assertThat(ListenerTls.open(files, clock)).isNotNull();
    assertThat(((ECPrivateKey) new PemFile("key", files.key()).privateKey("EC")).getS())
        .isEqualTo(ec.getS());
  }

  @Test
  void otherFilesStopTheStart() throws Exception {
    Files.writeString(files.key(), TestKeys.pem("ENCRYPTED PRIVATE KEY", new byte[9]));
    refused("larder.guarded.key-file: " + files.key() + " is encrypted; take the password off");
    Files.writeString(files.key(), keys.certificatePem("ec"));
    refused("larder.guarded.key-file: " + files.key() + " has no key; put one in");
    for (String label : new String[] {"PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"}) {
      Files.writeString(files.key(), TestKeys.pem(label, new byte[] {0x30, 3, 2, 1, 0}));
      refused("larder.guarded.key-file: " + files.key() + " has ");
    }
    shows("ed");
    refused(files.key() + " would have to be of EdDSA; take a certificate with RSA or EC");
    shows("ec");
    Files.writeString(files.certificate(), TestKeys.pem("CERTIFICATE", new byte[] {0x30, 0}));
    refused(files.certificate() + " has a certificate that cannot be read; put it in anew");
    Files.writeString(files.certificate(), keys.certificatePem("ec") + keys.certificatePem("rsa"));
    refused(files.certificate() + " cannot be used, put in the listener's own certificate first");
    shows("ec");
    Files.delete(files.clientCa().orElseThrow());
    refused("larder.guarded.client-ca: " + folder.resolve("ca") + " is not there; create it");
  }

  private void refused(String message) {
    assertThatIOException()
        .isThrownBy(() -> ListenerTls.open(files, clock))
        .withMessageContaining(message);
  }

  @Test
  void aKeyThatIsDamagedIsNeverMoreThanTrouble() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] whole = keys.key("ec");
    for (int i = 0; i < 3000; i++) {
      byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length) + 1);
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      String label = new String[] {"PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"}[i % 3];
      Path file = Files.writeString(folder.resolve("damaged"), TestKeys.pem(label, damaged));
      try {
        assertThat(new PemFile("key", file).privateKey(i % 2 == 0 ? "EC" : "RSA")).isNotNull();
      } catch (IOException e) {
        assertThat(e).as("seed %d", seed).hasMessageStartingWith("key: " + file + " has ");
      }
    }
  }
}
