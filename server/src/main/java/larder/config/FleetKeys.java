package larder.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import larder.files.SmallFile;

/** Reads what the larders of one bucket have in common. */
final class FleetKeys {
  private FleetKeys() {}

  static Optional<Secret> read(Settings settings) throws ConfigException {
    Optional<Secret> written = settings.optional(Keys.FLEET_KEY);
    Optional<Path> file = settings.optional(Keys.FLEET_KEY_FILE);
    if (written.isPresent() && file.isPresent()) {
      throw ConfigException.ofKey(
          Keys.FLEET_KEY.name(),
          settings.find(Keys.FLEET_KEY.name()).orElseThrow(),
          "is there, and " + Keys.FLEET_KEY_FILE.name() + " too; keep one");
    }
    return file.isPresent() ? Optional.of(read(file.get())) : written;
  }

  private static Secret read(Path file) throws ConfigException {
    String key = Keys.FLEET_KEY_FILE.name();
    try {
      String text = new String(SmallFile.read(key, file), StandardCharsets.UTF_8).strip();
      return Types.FLEET_KEY
          .reading()
          .apply(text)
          .orElseThrow(() ->
              new ConfigException(
                  "%s: what %s holds is not accepted; write %s"
                      .formatted(key, file, Types.FLEET_KEY.accepts())));
    } catch (IOException e) {
      throw new ConfigException(String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", "?"));
    }
  }
}
