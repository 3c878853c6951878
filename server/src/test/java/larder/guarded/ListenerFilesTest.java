package larder.guarded;

import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import larder.certificates.TestKeys;
import larder.config.GuardedConfig.TlsFiles;
import larder.tiering.FakeClock;
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
}
