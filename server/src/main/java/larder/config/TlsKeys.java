package larder.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import larder.certificates.CertifiedKey;
import larder.certificates.PemFile;

/** Reads which certificates one upstream's connections have, and tries the files. */
final class TlsKeys {
  private final Settings settings;
  private final int index;

  private TlsKeys(Settings settings, int index) {
    this.settings = settings;
    this.index = index;
  }

  static TlsFiles read(Settings settings, int index) throws ConfigException {
    var keys = new TlsKeys(settings, index);
    return new TlsFiles(keys.authorities(), keys.own());
  }

  private Optional<Path> authorities() throws ConfigException {
    Optional<Path> file = path(Keys.CA_FILE);
    if (file.isPresent()) {
      attempt(() -> pem(Keys.CA_FILE, file.get()).certificates());
    }
    return file;
  }

  private Optional<TlsFiles.Own> own() throws ConfigException {
    Optional<Path> certificate = path(Keys.CLIENT_CERTIFICATE_FILE);
    Optional<Path> key = path(Keys.CLIENT_KEY_FILE);
    if (certificate.isEmpty() && key.isEmpty()) {
      return Optional.empty();
    }
    if (certificate.isEmpty()) {
      throw alone(Keys.CLIENT_KEY_FILE, Keys.CLIENT_CERTIFICATE_FILE);
    }
    if (key.isEmpty()) {
      throw alone(Keys.CLIENT_CERTIFICATE_FILE, Keys.CLIENT_KEY_FILE);
    }
    attempt(() ->
        CertifiedKey.read(
            pem(Keys.CLIENT_CERTIFICATE_FILE, certificate.get()),
            pem(Keys.CLIENT_KEY_FILE, key.get())));
    return Optional.of(new TlsFiles.Own(certificate.get(), key.get()));
  }

  private Optional<Path> path(Key<Path> key) throws ConfigException {
    return find(key).isEmpty() ? Optional.empty() : Optional.of(settings.get(key.at(index)));
  }

  /** Reads a file. */
  private interface Attempt {
    Object read() throws IOException;
  }

  private static void attempt(Attempt attempt) throws ConfigException {
    try {
      attempt.read();
    } catch (IOException e) {
      throw new ConfigException(String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", "?"));
    }
  }

  private PemFile pem(Key<Path> key, Path file) {
    return new PemFile(key.at(index).name(), file);
  }

  private ConfigException alone(Key<Path> key, Key<Path> missing) {
    return ConfigException.ofKey(
        key.at(index).name(),
        find(key).orElseThrow(),
        "needs " + missing.at(index).name() + " too");
  }

  private Optional<Setting> find(Key<Path> key) {
    return settings.find(key.at(index).name());
  }
}
