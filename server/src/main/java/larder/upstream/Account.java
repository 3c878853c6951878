package larder.upstream;

import java.time.InstantSource;
import larder.config.Credentials;
import larder.config.UpstreamConfig;
import larder.identity.Identity;
import larder.identity.Login;
import larder.identity.LoginException;
import larder.tiering.SourceException.Unavailable;

/**
 * Who larder is at one registry. What is wrong with that is the operator's to mend and is logged;
 * clients learn only that something is.
 */
final class Account {
  private final String upstream;
  private final String key;
  private final Login login;
  private final Complaint trouble;
  private final Complaint refusal;

  private Account(String upstream, String key, Login login, InstantSource clock) {
    this.upstream = upstream;
    this.key = key;
    this.login = login;
    this.trouble = new Complaint(clock);
    this.refusal = new Complaint(clock);
  }

  static Account of(UpstreamConfig config, Login login, InstantSource clock) {
    return new Account(config.name(), key(config.credentials()), login, clock);
  }

  static Account anonymous(UpstreamConfig config, InstantSource clock) {
    return new Account(config.name(), "", Login.anonymous(), clock);
  }

  private static String key(Credentials credentials) {
    return switch (credentials) {
      case Credentials.Anonymous _ -> "";
      case Credentials.Password _ -> "password";
      case Credentials.PasswordFile _ -> "password-file";
      case Credentials.DockerConfig _ -> "docker-config";
      case Credentials.Ecr _, Credentials.Gcp _ -> "token-source";
    };
  }

  boolean isAnonymous() {
    return login.isAnonymous();
  }

  /** Whether what it has is a token that is shown as it is, as far as that is known. */
  boolean isToken() {
    try {
      return login.identity() instanceof Identity.RegistryToken;
    } catch (LoginException e) {
      return false;
    }
  }

  /**
   * Who larder is now.
   *
   * @throws Unavailable when that cannot be found out; its cause is a {@link LoginException}
   */
  Identity identity() throws Unavailable {
    return find(login::identity);
  }

  /** As {@link Login#renew}. */
  boolean renew(Identity refused) throws Unavailable {
    return find(() -> login.renew(refused));
  }

  /** The registry or its token service has taken the login. */
  void taken() {
    refusal.over();
  }

  /** The registry or its token service does not take the login, nor had larder another to show. */
  void refused(Site by) {
    if (!isAnonymous()) {
      refusal.met(
          "upstream %s refuses larder's login, which is by its key %s: %s does not take it"
              .formatted(upstream, key, by));
    }
  }

  /** A question to the login. */
  @FunctionalInterface
  private interface Question<T> {
    T ask() throws LoginException;
  }

  private <T> T find(Question<T> question) throws Unavailable {
    try {
      T answer = question.ask();
      trouble.over();
      return answer;
    } catch (LoginException e) {
      String what = "larder cannot read its login for " + upstream;
      if (!(e.getCause() instanceof InterruptedException)) {
        trouble.met(what + ", which is by its key " + key + ": " + e.getMessage());
      }
      throw new Unavailable(what + "; its log says why", e);
    }
  }
}
