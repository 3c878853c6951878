package larder.identity;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Where logins look outside of the configuration.
 *
 * @param programs folders in which credential helpers are, in the order in which they are looked
 *     through
 * @param patience with a helper
 * @param metadataHost of Google Cloud's metadata service, with its port where it has one
 */
public record Surroundings(List<Path> programs, Duration patience, String metadataHost) {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final String METADATA_HOST = "metadata.google.internal";

  public Surroundings {
    programs = List.copyOf(programs);
  }

  /** What the process's environment variables say. */
  public static Surroundings of(Map<String, String> environment) {
    String path = environment.getOrDefault("PATH", "");
    List<Path> programs =
        Arrays.stream(path.split(File.pathSeparator, -1))
            .filter(folder -> !folder.isEmpty())
            .map(Path::of)
            .filter(Path::isAbsolute)
            .toList();
    return new Surroundings(
        programs, PATIENCE, environment.getOrDefault("GCE_METADATA_HOST", METADATA_HOST));
  }
}
