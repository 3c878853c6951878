package larder.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Of two sources that say something else, the right one wins, for each two of the five. */
class PrecedenceTest {
  /** From the one that all others win over to the one that wins over all others. */
  enum Source {
    DEFAULT,
    FILE,
    ENVIRONMENT_FILE,
    VARIABLE,
    PROPERTY
  }

  /**
   * A key, and what each source would say.
   *
   * @param written how a file says it, with the value for {@code %s}
   */
  record Sample(
      String path,
      String written,
      Map<Source, String> values,
      Function<LarderConfig, Object> seen) {
    String value(Source source) {
      return String.valueOf(values.get(source));
    }

    String variable() {
      return path.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }
  }

  private static final List<Sample> SAMPLES =
      List.of(
          new Sample(
              "larder.cluster",
              "larder: { cluster: %s }",
              says("default", "all", "one", "variable", "property"),
              LarderConfig::cluster),
          new Sample(
              "server.port",
              "server: { port: %s }",
              says("5000", "5101", "5102", "5103", "5104"),
              LarderConfig::port),
          // Shorter lists over longer ones, so that an entry left over would be seen.
          new Sample(
              "larder.upstreams.0.mirrors",
              "larder.upstreams.0.mirrors: [%s]",
              says(
                  "",
                  "http://a, http://b, http://c, http://d",
                  "http://e, http://f, http://g",
                  "http://h, http://i",
                  "http://j"),
              config -> {
                String list = config.upstreams().getFirst().mirrors().toString();
                return list.substring(1, list.length() - 1);
              }),
          new Sample(
              "larder.upstreams.0.url",
              "larder: { upstreams: { 0: { url: '%s' } } }",
              says(
                  "https://registry-1.docker.io",
                  "https://all",
                  "https://one",
                  "https://variable",
                  "https://property"),
              config -> config.upstreams().getFirst().url()));

  private static Map<Source, String> says(
      String byDefault, String file, String environmentFile, String variable, String property) {
    return Map.of(
        Source.DEFAULT, byDefault,
        Source.FILE, file,
        Source.ENVIRONMENT_FILE, environmentFile,
        Source.VARIABLE, variable,
        Source.PROPERTY, property);
  }

  @TempDir Path directory;

  static Stream<Arguments> pairs() {
    return SAMPLES.stream()
        .flatMap(sample ->
            Stream.of(Source.values())
                .flatMap(lower ->
                    Stream.of(Source.values())
                        .filter(higher -> higher.compareTo(lower) > 0)
                        .map(higher -> Arguments.of(sample, lower, higher))));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void theHigherOneWins(Sample sample, Source lower, Source higher) throws Exception {
    assertThat(load(sample, lower)).hasToString(sample.value(lower));
    assertThat(load(sample, lower, higher)).hasToString(sample.value(higher));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void theHighestOfAllWins(Sample sample) throws Exception {
    assertThat(load(sample, Source.values())).hasToString(sample.value(Source.PROPERTY));
  }

  static Stream<Sample> samples() {
    return SAMPLES.stream();
  }

  private Object load(Sample sample, Source... sources) throws Exception {
    Map<Source, String> said = new HashMap<>();
    for (Source source : sources) {
      said.put(source, sample.value(source));
    }
    Map<String, String> variables = new HashMap<>();
    Map<String, String> properties = new HashMap<>();
    if (said.containsKey(Source.VARIABLE)) {
      variables.put(sample.variable(), said.get(Source.VARIABLE));
    }
    if (said.containsKey(Source.PROPERTY)) {
      properties.put(sample.path(), said.get(Source.PROPERTY));
    }
    Path file = directory.resolve("larder.yaml");
    write(file, upstream(sample, said), sample, said.get(Source.FILE));
    write(directory.resolve("larder-prod.yaml"), "{}\n", sample, said.get(Source.ENVIRONMENT_FILE));
    return sample.seen.apply(
        new ConfigLoader(variables, properties, 1L << 30).load(file, "prod").config());
  }

  /** What an upstream cannot be without; with all by default, the built-in ones are there. */
  private static String upstream(Sample sample, Map<Source, String> said) {
    if (!sample.path.startsWith("larder.upstreams")
        || said.keySet().equals(Set.of(Source.DEFAULT))) {
      return "{}\n";
    }
    String name = "larder.upstreams.0.name: docker.io\n";
    return sample.path.endsWith("url")
        ? name
        : name + "larder.upstreams.0.url: https://registry-1.docker.io\n";
  }

  private static void write(Path file, String base, Sample sample, @Nullable String value)
      throws Exception {
    Files.writeString(
        file, value == null ? base : base.replace("{}\n", "") + sample.written.formatted(value));
  }
}
