package larder.config;

import java.util.List;

/**
 * A configuration and what the operator should know about it.
 *
 * @param warnings one line each, to be logged
 */
public record LoadedConfig(LarderConfig config, List<String> warnings) {
  public LoadedConfig {
    warnings = List.copyOf(warnings);
  }
}
