package larder.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes a checked configuration of what the operator wrote. System properties win over environment
 * variables, these over the file, the file over the defaults; nothing else is read.
 */
public final class ConfigLoader {
  private static final long SMALLEST_SENSIBLE_DISK = 1L << 20;

  private final Map<String, String> environment;
  private final Map<String, String> properties;

  /** A loader for the given environment variables and system properties. */
  public ConfigLoader(Map<String, String> environment, Map<String, String> properties) {
    this.environment = Map.copyOf(environment);
    this.properties = Map.copyOf(properties);
  }

  /** A loader for the variables and properties of this process. */
  public static ConfigLoader ofProcess() {
    return new ConfigLoader(
        System.getenv(),
        System.getProperties().stringPropertyNames().stream()
            .collect(Collectors.toMap(name -> name, System::getProperty)));
  }

  /** Loads without a file. */
  public LoadedConfig load() throws ConfigException {
    return load(Map.of());
  }

  /** Loads with a YAML file. */
  public LoadedConfig load(Path file) throws ConfigException {
    return load(YamlFile.read(file));
  }

  private LoadedConfig load(Map<String, Setting> file) throws ConfigException {
    Environment variables = Environment.of(environment);
    Map<String, Setting> ofProperties = ofProperties();
    Shape.check(file);
    Shape.check(ofProperties);
    Settings settings = new Settings();
    settings.putAll(file);
    settings.putAll(variables.settings());
    settings.putAll(ofProperties);

    LarderConfig config =
        new LarderConfig(
            settings.get(Keys.CLUSTER),
            new AdminConfig(settings.get(Keys.ADMIN_HOST), settings.get(Keys.ADMIN_PORT)),
            new DiskConfig(
                settings.get(Keys.DISK_PATH),
                settings.get(Keys.DISK_CAPACITY),
                settings.get(Keys.DISK_MIN_FREE)),
            settings.get(Keys.MEMORY_CAPACITY),
            Upstreams.read(settings),
            settings.get(Keys.ACCESS_LOG),
            settings.get(Keys.DRAIN),
            ServerSettings.read(settings));
    List<String> warnings = new ArrayList<>(variables.warnings());
    warnings.addAll(ServerSettings.unread(settings));
    warnings.addAll(doubts(config));
    return new LoadedConfig(config, warnings);
  }

  private Map<String, Setting> ofProperties() {
    Map<String, Setting> settings = new LinkedHashMap<>();
    // Sorted, so that a list comes before its entries.
    new TreeMap<>(properties)
        .forEach((name, value) -> {
          if (name.startsWith("larder.") || name.startsWith("server.")) {
            settings.put(name, Setting.of(value, "system property"));
          }
        });
    return settings;
  }

  private static List<String> doubts(LarderConfig config) throws ConfigException {
    if (config.port() != 0 && config.port() == config.admin().port()) {
      throw new ConfigException(
          Keys.ADMIN_PORT.name()
              + ": "
              + config.port()
              + " is the port of server.port too; change one");
    }
    return config.disk().capacity() instanceof DiskCapacity.Fixed(long bytes)
            && bytes < SMALLEST_SENSIBLE_DISK
        ? List.of(
            Keys.DISK_CAPACITY.name()
                + " is "
                + bytes
                + " bytes only; a unit such as GiB may be missing")
        : List.of();
  }
}
