package larder.migrate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import larder.config.ConfigException;
import larder.config.ConfigLoader;
import larder.config.LarderConfig;

/** A registry's file and environment, for a test. */
final class Given {
  private static final String WITHOUT_PASSWORD = "LARDER_UPSTREAMS_0_PASSWORD";

  private Given() {}

  static RegistrySettings file(String yaml) throws ConfigException {
    return file(yaml, Map.of());
  }

  static RegistrySettings file(String yaml, Map<String, String> environment)
      throws ConfigException {
    try {
      Path file = Files.createTempFile("config", ".yml");
      try {
        Files.writeString(file, yaml);
        return RegistrySettings.read(Optional.of(file), environment);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RegistrySettings environment(Map<String, String> environment) throws ConfigException {
    return RegistrySettings.read(Optional.empty(), environment);
  }

  /** What larder makes of what a migration wrote. */
  static LarderConfig loaded(Migration migration) throws ConfigException {
    Map<String, String> environment =
        migration.yaml().contains("password is not here")
            ? Map.of(WITHOUT_PASSWORD, "any")
            : Map.of();
    return new ConfigLoader(environment, Map.of(), Long.MAX_VALUE)
        .load(migration.yaml(), "larder.yaml")
        .config();
  }
}
