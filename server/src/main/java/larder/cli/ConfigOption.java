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

  LoadedConfig load() throws CommandFailedException {
    ConfigLoader loader = ConfigLoader.ofProcess();
    try {
      return config == null ? loader.load() : loader.load(config);
    } catch (ConfigException e) {
      throw new CommandFailedException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }
}
