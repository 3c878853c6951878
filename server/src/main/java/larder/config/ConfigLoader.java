package larder.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes a checked configuration of what the operator wrote. System properties win over environment
 * variables, these over the file of one environment, that over the file for all, and this over the
 * defaults. Besides, only the environment's usual variables for proxies are read.
 */
public final class ConfigLoader {
  private static final long SMALLEST_SENSIBLE_DISK = 1L << 20;

  private final Map<String, String> environment;
  private final Map<String, String> properties;
  private final long heap;

  /**
   * A loader for the given environment variables and system properties.
   *
   * @param heap how large the Java heap may become, in bytes
   */
  public ConfigLoader(Map<String, String> environment, Map<String, String> properties, long heap) {
    this.heap = heap;
    this.environment = Map.copyOf(environment);
    this.properties = Map.copyOf(properties);
  }

  /** A loader for the variables and properties of this process. */
  public static ConfigLoader ofProcess() {
    return new ConfigLoader(
        System.getenv(),
        System.getProperties().stringPropertyNames().stream()
            .collect(Collectors.toMap(name -> name, System::getProperty)),
        Runtime.getRuntime().maxMemory());
  }

  /** Loads without a file. */
  public LoadedConfig load() throws ConfigException {
    return load(List.of());
  }

  /** Loads with a YAML file. */
  public LoadedConfig load(Path file) throws ConfigException {
    return load(List.of(YamlFile.readWithLists(file)));
  }

  /**
   * Loads with a YAML file, and over it the one beside it that is for one environment: {@code
   * larder-prod.yaml} beside {@code larder.yaml}.
   *
   * @param name of the environment, such as {@code prod}
   */
  public LoadedConfig load(Path file, String name) throws ConfigException {
    Path second = EnvironmentFile.beside(file, name);
    return load(List.of(YamlFile.readWithLists(file), YamlFile.readWithLists(second)));
  }

  /**
   * Loads with what would be in a YAML file.
   *
   * @param name of the file, for messages
   */
  public LoadedConfig load(String yaml, String name) throws ConfigException {
    return load(List.of(new YamlFile.Content(YamlFile.read(yaml, name), Set.of())));
  }

  private LoadedConfig load(List<YamlFile.Content> files) throws ConfigException {
    Environment variables = Environment.of(environment);
    Map<String, Setting> ofProperties = ofProperties();
    Settings settings = new Settings();
    for (YamlFile.Content file : files) {
      Shape.check(file.settings());
      settings.putAll(file);
    }
    Shape.check(ofProperties);
    settings.putAll(variables.settings());
    settings.putAll(ofProperties);

    List<UpstreamConfig> upstreams = Upstreams.read(settings, environment);
    LarderConfig config =
        new LarderConfig(
            settings.get(Keys.CLUSTER),
            new AdminConfig(
                settings.get(Keys.ADMIN_HOST),
                settings.get(Keys.ADMIN_PORT),
                settings.optional(Keys.ADMIN_TOKEN_FILE)),
            new DiskConfig(
                settings.get(Keys.DISK_PATH),
                settings.get(Keys.DISK_CAPACITY),
                settings.get(Keys.DISK_MIN_FREE),
                settings.get(Keys.DISK_POLICY),
                settings.get(Keys.DISK_SCRUB)),
            settings.get(Keys.MEMORY_CAPACITY),
            upstreams,
            settings.get(Keys.ACCESS_LOG),
            settings.get(Keys.DRAIN),
            BucketKeys.read(settings),
            FleetKeys.read(settings),
            Guarded.read(settings, upstreams),
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

  private List<String> doubts(LarderConfig config) throws ConfigException {
    if (config.port() != 0 && config.port() == config.admin().port()) {
      throw new ConfigException(
          Keys.ADMIN_PORT.name()
              + ": "
              + config.port()
              + " is the port of server.port too; change one");
    }
    List<String> doubts = new ArrayList<>();
    if (config.disk().capacity() instanceof DiskCapacity.Fixed(long bytes)
        && bytes < SMALLEST_SENSIBLE_DISK) {
      doubts.add(
          Keys.DISK_CAPACITY.name()
              + " is "
              + bytes
              + " bytes only; a unit such as GiB may be missing");
    }
    if (config.memoryCapacity() > heap / 2) {
      doubts.add(
          "%s is %d bytes, more than half of the Java heap's %d: larder may run out of memory; lower it, or raise the heap by LARDER_JAVA_OPTS=-Xmx"
              .formatted(Keys.MEMORY_CAPACITY.name(), config.memoryCapacity(), heap));
    }
    return doubts;
  }
}
