package larder.identity;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where logins look outside of the configuration.
 *
 * @param programs folders in which credential helpers are, in the order in which they are looked
 *     through
 * @param patience with a helper
 * @param environment variables that a helper gets
 */
public record Surroundings(
    List<Path> programs, Duration patience, Map<String, String> environment) {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Of larder's own variables, which may be secrets that are no business of a helper. */
  private static final String OWN = "LARDER_";

  public Surroundings {
    programs = List.copyOf(programs);
    environment = Map.copyOf(environment);
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
    Map<String, String> passedOn = new HashMap<>(environment);
    passedOn.keySet().removeIf(name -> name.startsWith(OWN));
    return new Surroundings(programs, PATIENCE, passedOn);
  }

  /** Without the variables, which may be secrets. */
  @Override
  public String toString() {
    return "Surroundings[programs=" + programs + ", patience=" + patience + "]";
  }
}
