package larder.guarded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import larder.certificates.TestKeys;
import larder.config.GuardedConfig;
import larder.guarded.Admission.Admitted;
import larder.guarded.Admission.Reason;
import larder.guarded.Admission.Refused;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that show a certificate. */
class CertificateTest {
  private static final String HERE = "192.0.2.1";
  private static final String WHOLE = "CN=ci,OU=team a,O=Example";

  @TempDir private static Path made;
  private static X509Certificate ci;
  private static X509Certificate odd;

  @TempDir private Path folder;
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

  @BeforeAll
  static void makeKeys() throws Exception {
    TestKeys keys =
        new TestKeys(made)
            .make("ci", "EC", WHOLE, "-validity", "2")
            .make("odd", "EC", "O=a=b\\, c,CN=x=y", "-validity", "2");
    ci = keys.certificate("ci");
    odd = keys.certificate("odd");
  }

  @BeforeEach
  void whileItIsGood() {
    now.set(ci.getNotBefore().toInstant().plus(Duration.ofHours(1)));
  }

  private Guard open(Map<String, Set<String>> clients, Optional<Path> tokens) throws Exception {
    GuardedConfig config =
        new GuardedConfig("127.0.0.1", 0, Optional.empty(), tokens, Optional.empty(), clients);
    return Guard.open(config, now::get, new SecureRandom(), _ -> {});
  }

  private Admission shows(Guard guard) {
    return guard.admit(new Approach(HERE, Optional.empty(), Optional.of(ci)));
  }

  private Admission showsBoth(Guard guard, String authorization) {
    return guard.admit(new Approach(HERE, Optional.of(authorization), Optional.of(ci)));
  }

  @Test
  void theNameIsTheCommonName() throws Exception {
    try (Guard guard = open(Map.of("ci", Set.of("a")), Optional.empty())) {
      assertThat(shows(guard))
          .isEqualTo(new Admitted(new Client("ci", new Access.Only(Set.of("a")))));
      assertThat(guard.challenges()).isFalse();
    }
  }

  @Test
  void theNameIsTheWholeWhereThatIsListed() throws Exception {
    Map<String, Set<String>> clients = Map.of(WHOLE, Set.of("a"), "ci", Set.of("b"));
    try (Guard guard = open(clients, Optional.empty())) {
      assertThat(shows(guard))
          .isEqualTo(new Admitted(new Client(WHOLE, new Access.Only(Set.of("a")))));
    }
  }

  @Test
  void aCommonNameCannotPassForAWholeOne() {
    assertThat(CertificateName.of(odd, Set.of("x=y"))).isEqualTo("O=a\\=b\\, c,CN=x\\=y");
  }

  @Test
  void whatIsShownWithTheRequestTellsTheName() throws Exception {
    Path tokens = Files.writeString(folder.resolve("tokens"), People.token("robot", "t"));
    try (Guard guard = open(Map.of(), Optional.of(tokens))) {
      assertThat(showsBoth(guard, "Bearer t"))
          .isEqualTo(new Admitted(new Client("robot", new Access.All())));
      assertThat(shows(guard)).isEqualTo(new Admitted(new Client("ci", new Access.All())));
    }
  }

  @Test
  void aCertificateDoesNotMakeUpForWhatIsWrong() throws Exception {
    Path tokens = Files.writeString(folder.resolve("tokens"), People.token("robot", "t"));
    try (Guard guard = open(Map.of(), Optional.of(tokens))) {
      assertThat(showsBoth(guard, "Bearer x")).isEqualTo(Refused.because(Reason.UNKNOWN));
      assertThat(showsBoth(guard, "Digest x")).isEqualTo(Refused.because(Reason.MALFORMED));
    }
  }

  @Test
  void aConnectionOutlivesItsCertificateButNobodyIsLetIn() throws Exception {
    Path tokens = Files.writeString(folder.resolve("tokens"), People.token("robot", "t"));
    try (Guard guard = open(Map.of(), Optional.of(tokens))) {
      now.set(ci.getNotAfter().toInstant());
      assertThat(shows(guard)).isInstanceOf(Admitted.class);
      now.set(ci.getNotAfter().toInstant().plusSeconds(1));
      assertThat(shows(guard)).isEqualTo(Refused.because(Reason.UNKNOWN));
      assertThat(showsBoth(guard, "Bearer t")).isEqualTo(Refused.because(Reason.UNKNOWN));
      now.set(ci.getNotBefore().toInstant().minusSeconds(1));
      assertThat(shows(guard)).isEqualTo(Refused.because(Reason.UNKNOWN));
    }
  }

  @Test
  void whatIsLoggedOfAnApproachIsTheSubject() {
    assertThat(new Approach(HERE, Optional.empty(), Optional.of(ci)).toString())
        .contains("authorization=none")
        .contains("CN=ci");
  }
}
