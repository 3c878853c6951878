package larder.migrate;

import java.util.Optional;
import larder.config.ConfigException;
import larder.config.Setting;

/** The files by which a registry spoke TLS. */
record Tls(Setting certificate, Setting key) {

  /** Empty without a certificate: the registry spoke plain HTTP then, key or not. */
  static Optional<Tls> of(RegistrySettings settings) throws ConfigException {
    Optional<Setting> certificate = settings.value(Counterparts.CERTIFICATE);
    Optional<Setting> key = settings.value(Counterparts.KEY);
    if (certificate.isPresent() && key.isEmpty()) {
      throw RegistrySettings.wrong(
          Counterparts.CERTIFICATE, certificate.get(), "needs " + Counterparts.KEY + " too");
    }
    return certificate.map(file -> new Tls(file, key.orElseThrow()));
  }
}
