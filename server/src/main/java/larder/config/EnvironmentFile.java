package larder.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The file that says what is different in one environment. */
final class EnvironmentFile {
  // No dot and no slash: the file is beside the one for all.
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]+");

  private EnvironmentFile() {}

  /** Of {@code larder.yaml} and {@code prod}: {@code larder-prod.yaml} in the same directory. */
  static Path beside(Path file, String environment) throws ConfigException {
    if (!NAME.matcher(environment).matches()) {
      throw new ConfigException(
          "--env: %s is not accepted; write lower-case letters, digits and '-'"
              .formatted(Setting.of(environment, "").quoted()));
    }
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    int end = dot > 0 ? dot : name.length();
    Path beside =
        file.resolveSibling(name.substring(0, end) + "-" + environment + name.substring(end));
    if (Files.exists(file) && Files.notExists(beside)) {
      throw new ConfigException(
          "%s: no such file, which --env %s reads over %s".formatted(beside, environment, file));
    }
    return beside;
  }
}
