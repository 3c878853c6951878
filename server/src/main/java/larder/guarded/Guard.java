package larder.guarded;

import com.github.benmanes.caffeine.cache.Ticker;
import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import larder.config.GuardedConfig;
import larder.guarded.Admission.Admitted;
import larder.guarded.Admission.Reason;
import larder.guarded.Admission.Refused;

/** Decides who a client is and what it may have. */
public final class Guard implements AutoCloseable {
  /** How long a client waits while others' passwords are checked. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final GuardedConfig config;
  private final Rights rights;
  private final Verification verification;
  private final HashThreads hashes;
  private final InstantSource clock;
  private final Consumer<Reason> refusals;

  private Guard(
      GuardedConfig config,
      Rights rights,
      Verification verification,
      HashThreads hashes,
      InstantSource clock,
      Consumer<Reason> refusals) {
    this.config = config;
    this.rights = rights;
    this.verification = verification;
    this.hashes = hashes;
    this.clock = clock;
    this.refusals = refusals;
  }

  /**
   * Reads the files of users and tokens; they are read anew when they change.
   *
   * @param random for what who guesses must not be able to foresee
   * @param refusals is told of each refusal
   * @throws IOException when one of the files is of no use; its message names the key
   */
  public static Guard open(
      GuardedConfig config, InstantSource clock, SecureRandom random, Consumer<Reason> refusals)
      throws IOException {
    // Half of the processors go on serving, whoever guesses.
    int most = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    return open(
        config, clock, random, refusals, new HashThreads(most, PATIENCE, PasswordHash::matches));
  }

  static Guard open(
      GuardedConfig config,
      InstantSource clock,
      SecureRandom random,
      Consumer<Reason> refusals,
      HashThreads hashes)
      throws IOException {
    Ticker ticker = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
    Rights rights = new Rights(config.clients());
    Fingerprints fingerprints = new Fingerprints(random);
    Verification verification =
        new Verification(
            KnownSecrets.open(config, clock),
            rights,
            fingerprints,
            new Slowdown(fingerprints, clock, ticker),
            hashes,
            ticker);
    return new Guard(config, rights, verification, hashes, clock, refusals);
  }

  /** Whether it makes sense to ask for a name and a password. */
  public boolean challenges() {
    return config.users().isPresent() || config.tokens().isPresent();
  }

  /** Whether clients may show a certificate, so that it is worth looking for one. */
  public boolean takesCertificates() {
    return config.tls().flatMap(GuardedConfig.TlsFiles::clientCa).isPresent();
  }

  /**
   * Who it is, by what it shows: by {@code Authorization} where it shows that, since it is for this
   * one request, and by the certificate else. When anything of it is wrong, it is nobody. May wait
   * for some seconds while many passwords are checked.
   */
  public Admission admit(Approach approach) {
    Admission admission = decide(approach);
    if (admission instanceof Refused refused) {
      refusals.accept(refused.reason());
    }
    return admission;
  }

  private Admission decide(Approach approach) {
    Optional<X509Certificate> certificate = approach.certificate();
    if (certificate.isPresent() && !isOfNow(certificate.get())) {
      return Refused.because(Reason.UNKNOWN);
    }
    Optional<String> shown =
        approach.authorization().filter(value -> !Authorization.isBlank(value));
    if (shown.isPresent()) {
      return verification.of(approach.address(), shown.get());
    }
    return certificate
        .map(own -> CertificateName.of(own, config.clients().keySet()))
        .<Admission>map(name -> new Admitted(rights.client(name)))
        .orElse(Refused.because(Reason.NONE));
  }

  /** TLS checks it when the connection begins, which may go on for days. */
  private boolean isOfNow(X509Certificate certificate) {
    Instant now = clock.instant();
    return !now.isBefore(certificate.getNotBefore().toInstant())
        && !now.isAfter(certificate.getNotAfter().toInstant());
  }

  /** Checks no more passwords. */
  @Override
  public void close() {
    hashes.close();
  }
}
