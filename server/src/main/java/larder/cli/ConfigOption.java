package larder.cli;

import java.nio.file.Path;
import larder.config.ConfigException;
import larder.config.ConfigLoader;
import larder.config.LoadedConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** Where a command has its configuration from. */
final class ConfigOption {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A YAML file; without it, public registries with a disk tier in ./data.")
  private @Nullable Path config;

  @Option(
      names = "--env",
      paramLabel = "NAME",
      description =
          "An environment, such as dev, staging or prod: the file of that name beside FILE is read over it, larder-NAME.yaml beside larder.yaml.")
  private @Nullable String environment;

  LoadedConfig load() throws CommandFailedException {
    ConfigLoader loader = ConfigLoader.ofProcess();
    try {
      if (environment == null) {
        return config == null ? loader.load() : loader.load(config);
      }
      if (config == null) {
        throw new ConfigException("--env needs --config: it names a file beside that one");
      }
      return loader.load(config, environment);
    } catch (ConfigException e) {
      throw new CommandFailedException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }
}
