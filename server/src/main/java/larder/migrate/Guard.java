package larder.migrate;

import java.util.List;
import java.util.Optional;
import larder.config.ConfigException;
import larder.config.Setting;

/** Whom a registry let in. */
sealed interface Guard {

  /** Everyone. */
  record Nobody() implements Guard {}

  /** Who had a password. */
  record Users(Setting file) implements Guard {}

  /** Who had a certificate. */
  record Certificates(Setting ca) implements Guard {}

  /**
   * Reads it.
   *
   * @throws NotMigratedException for what larder could only guard less well
   */
  static Guard of(RegistrySettings settings, Optional<Tls> tls)
      throws ConfigException, NotMigratedException {
    Optional<Guard> users = users(settings);
    Optional<Guard> certificates =
        tls.isPresent() ? certificates(settings, users.isPresent()) : Optional.empty();
    return users.or(() -> certificates).orElseGet(Nobody::new);
  }

  private static Optional<Guard> users(RegistrySettings settings) throws ConfigException {
    Optional<Setting> file = settings.value(Counterparts.USERS);
    if (file.isEmpty() && settings.names("auth").contains("htpasswd")) {
      throw new ConfigException(
          Counterparts.USERS + " is missing; without it the registry does not start either");
    }
    return file.map(Users::new);
  }

  private static Optional<Guard> certificates(RegistrySettings settings, boolean users)
      throws ConfigException, NotMigratedException {
    List<Setting> cas = settings.list(Counterparts.CLIENT_CAS);
    if (cas.isEmpty()) {
      return Optional.empty();
    }
    Setting ca = cas.getFirst();
    Optional<Setting> how = settings.value(Counterparts.CLIENT_AUTH);
    switch (how.map(Setting::text).orElse("require-and-verify-client-cert")) {
      case "require-and-verify-client-cert" -> {}
      case "request-client-cert", "verify-client-cert-if-given" -> {
        return Optional.empty();
      }
      default ->
          throw NotMigratedException.of(
              Counterparts.CLIENT_AUTH,
              how.orElseThrow(),
              "let in any certificate, and larder verifies them; write require-and-verify-client-cert in a copy of the file");
    }
    if (users) {
      throw NotMigratedException.of(
          Counterparts.CLIENT_CAS,
          ca,
          "wanted a certificate of clients beside the password of auth.htpasswd, and larder takes one of them; keep one, in a copy of the file");
    }
    if (cas.size() > 1) {
      throw NotMigratedException.of(
          Counterparts.CLIENT_CAS,
          ca,
          "names several files, and larder.guarded.client-ca is one; put them into one file and name that");
    }
    return Optional.of(new Certificates(ca));
  }
}
