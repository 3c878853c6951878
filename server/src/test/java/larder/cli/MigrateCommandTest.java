package larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MigrateCommandTest {
  private static final String SECRET = "for-tests-only";

  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();

  @TempDir Path directory;

  @Test
  void isPrintedWithoutThePassword() {
    assertThat(migrate(login())).isZero();

    assertThat(out.toString()).contains("username: ci").doesNotContain(SECRET);
    assertThat(errors.toString())
        .contains("larder: proxy.password (REGISTRY_PROXY_PASSWORD): is not printed")
        .doesNotContain(SECRET);
  }

  @Test
  void isWrittenWithThePasswordForItsOwner() throws Exception {
    Path file = directory.resolve("larder.yaml");

    assertThat(migrate(login(), "--output", file.toString())).isZero();

    assertThat(file).content().contains("password: " + SECRET);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(out.toString()).isEmpty();
    assertThat(errors.toString()).doesNotContain(SECRET);
  }

  @Test
  void aFileThatIsThereIsLeftAsItIs() throws Exception {
    Path file = Files.writeString(directory.resolve("larder.yaml"), "mine");
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("none"));

    assertThat(migrate(login(), "--output", file.toString())).isEqualTo(1);
    assertOneLine(file + " is there already, and is left as it is");
    assertThat(file).hasContent("mine");
    assertThat(migrate(login(), "--output", link.toString())).isEqualTo(1);
    assertThat(directory.resolve("none")).doesNotExist();
    assertThat(migrate(login(), "--output", directory + "/none/larder.yaml")).isEqualTo(1);
    assertOneLine("/none/larder.yaml cannot be written: ");
  }

  @Test
  void theFileIsReadBelowTheEnvironment() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("config.yml"),
            "http: { addr: ':5010' }\nproxy: { remoteurl: 'https://a.example' }\n");

    assertThat(
            migrate(
                Map.of("REGISTRY_PROXY_REMOTEURL", "https://b.example"), "--from", file.toString()))
        .isZero();
    assertThat(out.toString()).contains("port: 5010", "url: https://b.example");
  }

  @Test
  void whatFailsSaysWhyOnOneLine() throws Exception {
    assertThat(migrate(Map.of())).isEqualTo(1);
    assertOneLine("larder: this registry is no proxy: larder replaces only pull-through caches; ");
    assertThat(migrate(Map.of(), "--from", directory + "/none")).isEqualTo(2);
    assertOneLine("larder: " + directory + "/none: no such file");
    assertThat(migrate(Map.of("REGISTRY_PROXY_REMOTEURL", "x"))).isEqualTo(2);
    assertOneLine("larder: proxy.remoteurl (REGISTRY_PROXY_REMOTEURL) is not one URL");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void isOneOfLardersCommands() {
    assertThat(Main.run(new String[] {"migrate", "--frm"}, new PrintWriter(errors, true)))
        .isEqualTo(2);
    assertOneLine("larder: Unknown option");
  }

  private static Map<String, String> login() {
    return Map.of(
        "REGISTRY_PROXY_REMOTEURL", "https://registry-1.docker.io",
        "REGISTRY_PROXY_USERNAME", "ci",
        "REGISTRY_PROXY_PASSWORD", SECRET);
  }

  private int migrate(Map<String, String> environment, String... arguments) {
    errors.getBuffer().setLength(0);
    return Main.prepared(
            new CommandLine(new MigrateCommand(environment)), new PrintWriter(errors, true))
        .setOut(new PrintWriter(out, true))
        .execute(arguments);
  }

  private void assertOneLine(String part) {
    assertThat(errors.toString().lines()).hasSize(1);
    assertThat(errors.toString()).contains(part);
  }
}
