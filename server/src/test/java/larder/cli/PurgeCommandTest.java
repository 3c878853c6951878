package larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import larder.config.ConfigLoader;
import larder.server.Larder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a person sees who purges. */
class PurgeCommandTest {
  private static final String NOTHING = "0 tags and 0 blobs of 0 bytes are kept no more\n";

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();
  private Path config;

  @BeforeEach
  void configure() throws Exception {
    config =
        Files.writeString(
            folder.resolve("larder.yaml"),
            """
            server: { host: 127.0.0.1, port: 0 }
            larder:
              access-log: off
              drain: 0s
              admin: { host: 127.0.0.1, port: 0 }
              disk: { path: %s, capacity: 1GiB, min-free: 0 }
            """
                .formatted(folder.resolve("data")));
  }

  private int purge(String... what) {
    List<String> arguments = new ArrayList<>(List.of("--config", config.toString()));
    arguments.addAll(List.of(what));
    return Main.prepared(new CommandLine(new PurgeCommand()), new PrintWriter(errors, true))
        .setOut(new PrintWriter(out, true))
        .execute(arguments.toArray(String[]::new));
  }

  @Test
  void whatIsKeptNoMoreIsSaidAtRestAndOfARunningLarder() throws Exception {
    int first = purge("debian:12");
    assertThat(first).as(errors.toString()).isZero();
    assertThat(out).hasToString(NOTHING);

    Larder running =
        Larder.start(new ConfigLoader(Map.of(), Map.of(), 1L << 30).load(config).config());
    try {
      assertThat(purge("--upstream", "ghcr.io")).isZero();
      assertThat(out).hasToString(NOTHING + NOTHING);
      assertThat(purge("nowhere.example/a:1")).isEqualTo(1);
      assertThat(errors.toString())
          .startsWith("larder: larder has no upstream 'nowhere.example'")
          .hasLineCount(1);

      Files.delete(folder.resolve("data/admin"));
      assertThat(purge("debian:12")).isEqualTo(1);
      assertThat(errors.toString()).contains("run this as its user");
    } finally {
      running.close();
    }
  }

  @Test
  void oneThingIsNamed() {
    assertThat(purge()).isEqualTo(2);
    assertThat(purge("debian:12", "--upstream", "ghcr.io")).isEqualTo(2);
    assertThat(errors.toString()).hasLineCount(2);
    assertThat(out.toString()).isEmpty();
    assertThat(folder.resolve("data")).doesNotExist();
  }
}
