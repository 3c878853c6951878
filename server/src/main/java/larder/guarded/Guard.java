package larder.guarded;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import larder.config.GuardedConfig;
import larder.guarded.Admission.Admitted;
import larder.guarded.Admission.Reason;
import larder.guarded.Admission.Refused;

/** Decides who a client is and what it may have. */
public final class Guard implements AutoCloseable {
  private final GuardedConfig config;
  private final Optional<Watched<Tokens>> tokens;
  private final InstantSource clock;
  private final Consumer<Reason> refusals;

  private Guard(
      GuardedConfig config,
      Optional<Watched<Tokens>> tokens,
      InstantSource clock,
      Consumer<Reason> refusals) {
    this.config = config;
    this.tokens = tokens;
    this.clock = clock;
    this.refusals = refusals;
  }

  /**
   * Reads the files of users and tokens.
   *
   * @param random for what guesses must not be able to foresee
   * @param refusals is told of each refusal
   * @throws IOException when one of the files is of no use
   */
  public static Guard open(
      GuardedConfig config, InstantSource clock, SecureRandom random, Consumer<Reason> refusals)
      throws IOException {
    Optional<Watched<Tokens>> tokens = Optional.empty();
    if (config.tokens().isPresent()) {
      Path file = config.tokens().get();
      tokens =
          Optional.of(
              Watched.open(
                  List.of(file),
                  () -> Tokens.of(CredentialsFile.read("larder.guarded.tokens-file", file)),
                  clock));
    }
    return new Guard(config, tokens, clock, refusals);
  }

  /** Whether it makes sense to ask for a name and a password. */
  public boolean challenges() {
    return config.users().isPresent() || config.tokens().isPresent();
  }

  /**
   * Who it is, by what it shows. May wait for some seconds while many passwords are checked, and
   * throws nothing whatever is shown.
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
    if (approach.authorization().isPresent()) {
      return authorized(approach.authorization().get());
    }
    return certificate.isPresent()
        ? admitted(CertificateName.of(certificate.get(), config.clients().keySet()))
        : Refused.because(Reason.NONE);
  }

  private Admission authorized(String value) {
    Optional<Authorization> read = Authorization.read(value);
    if (read.isEmpty()) {
      return Refused.because(Reason.MALFORMED);
    }
    Optional<String> owner =
        switch (read.get()) {
          case Authorization.Bearer(byte[] token) -> known().owner(token);
          case Authorization.Basic(String name, byte[] password) ->
              known().owner(password).filter(name::equals);
        };
    return owner.isPresent() ? admitted(owner.get()) : Refused.because(Reason.UNKNOWN);
  }

  private Tokens known() {
    return tokens.map(each -> each.current().content()).orElse(Tokens.NONE);
  }

  /** TLS checks it once, and connections last longer than that. */
  private boolean isOfNow(X509Certificate certificate) {
    Instant now = clock.instant();
    return !now.isBefore(certificate.getNotBefore().toInstant())
        && !now.isAfter(certificate.getNotAfter().toInstant());
  }

  private Admitted admitted(String name) {
    return new Admitted(new Client(name, access(name)));
  }

  private Access access(String name) {
    if (config.clients().isEmpty()) {
      return new Access.All();
    }
    return config.clients().containsKey(name)
        ? new Access.Only(config.clients().get(name))
        : new Access.PublicOnly();
  }

  /** Checks no more passwords. */
  @Override
  public void close() {}
}
