package larder.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as tools and accidents write them. */
class PemFileTest {
  @TempDir private static Path made;
  private static TestKeys keys;

  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeAll
  static void makeKeys() throws Exception {
    keys = new TestKeys(made).make("ec", "EC", "CN=one").make("rsa", "RSA", "CN=two");
  }

  @BeforeEach
  void nameFile() {
    file = folder.resolve("file");
  }

  @Test
  void keysAreReadAsToolsWriteThem() throws Exception {
    byte[] rsa =
        PrivateKeyInfo.getInstance(keys.key("rsa"))
            .parsePrivateKey()
            .toASN1Primitive()
            .getEncoded();
    Files.writeString(file, TestKeys.pem("RSA PRIVATE KEY", rsa));
    assertThat(new PemFile("key", file).privateKey("RSA").getEncoded()).isEqualTo(keys.key("rsa"));

    ECPrivateKey ec =
        (ECPrivateKey)
            KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(keys.key("ec")));
    ASN1Encodable curve =
        PrivateKeyInfo.getInstance(keys.key("ec")).getPrivateKeyAlgorithm().getParameters();
    int bits = ec.getParams().getOrder().bitLength();
    byte[] sec1 = new org.bouncycastle.asn1.sec.ECPrivateKey(bits, ec.getS(), curve).getEncoded();
    Files.writeString(
        file,
        TestKeys.pem("EC PARAMETERS", curve.toASN1Primitive().getEncoded())
            + TestKeys.pem("EC PRIVATE KEY", sec1));
    PemFile certificate =
        new PemFile(
            "certificate",
            Files.writeString(folder.resolve("certificate"), keys.certificatePem("ec")));
    CertifiedKey read = CertifiedKey.read(certificate, new PemFile("key", file));
    assertThat(((ECPrivateKey) read.key()).getS()).isEqualTo(ec.getS());
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
      Files.writeString(file, TestKeys.pem(label, damaged));
      try {
        assertThat(new PemFile("key", file).privateKey(i % 2 == 0 ? "EC" : "RSA")).isNotNull();
      } catch (IOException e) {
        assertThat(e).as("seed %d", seed).hasMessageStartingWith("key: " + file + " has ");
      }
    }
  }
}
