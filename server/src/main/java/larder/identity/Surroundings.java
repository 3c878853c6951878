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
 */
public record Surroundings(List<Path> programs, Duration patience) {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

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
    return new Surroundings(programs, PATIENCE);
  }
}
