package larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What does not start says why in one line, with an exit status that scripts can tell apart. */
class MainTest {
  private final StringWriter errors = new StringWriter();

  @TempDir Path directory;

  private @Nullable String docs;

  /** The switch that writes the generated pages anew is no key of larder's. */
  @BeforeEach
  void hideTheSwitchOfOtherTests() {
    docs = System.clearProperty("larder.docs");
  }

  @AfterEach
  void giveItBack() {
    if (docs != null) {
      System.setProperty("larder.docs", docs);
    }
  }

  @Test
  void wrongUsage() {
    assertThat(run("srve")).isEqualTo(2);
    assertOneLine("larder: Unmatched argument at index 0: 'srve'");
    assertThat(run("serve", "--confg", "x")).isEqualTo(2);
    assertOneLine("larder: Unknown option");
    assertThat(run("fsck", "--sample", "0")).isEqualTo(2);
    assertOneLine("larder: --sample: ");
    assertThat(run("bucket", "check", "--config", directory + "/none.yaml")).isEqualTo(2);
    assertOneLine("no such file");
  }

  @Test
  void wrongConfiguration() throws Exception {
    assertThat(run("serve", "--config", directory + "/none.yaml")).isEqualTo(2);
    assertOneLine("larder: " + directory + "/none.yaml: no such file");
    assertThat(serve("larder: { disk: { capcity: 1GiB } }")).isEqualTo(2);
    assertOneLine("did you mean larder.disk.capacity?");
  }

  @Test
  void wrongEnvironment() throws Exception {
    assertThat(run("serve", "--env", "prod")).isEqualTo(2);
    assertOneLine("larder: --env needs --config");
    Path file = Files.writeString(directory.resolve("larder.yaml"), "larder: { cluster: a }");
    assertThat(run("purge", "--config", file.toString(), "--env", "prod", "x")).isEqualTo(2);
    assertOneLine("larder: " + directory + "/larder-prod.yaml: no such file, which --env prod");
    Files.writeString(directory.resolve("larder-prod.yaml"), "larder: { clustr: b }");
    assertThat(run("serve", "--config", file.toString(), "--env", "prod")).isEqualTo(2);
    assertOneLine("larder.clustr (" + directory + "/larder-prod.yaml line 1) is not a key");
  }

  @Test
  void wrongKeysOfTheWebServer() throws Exception {
    assertThat(serve("server: { backlog: abc }")).isEqualTo(2);
    assertOneLine("larder: a key below server is not accepted: ", "'server.backlog'");
    assertThat(
            serve("server: { tls.private-key.pem.key.resource.path: " + directory + "/none.pem }"))
        .isEqualTo(2);
    assertOneLine("larder: a key below server is not accepted: ", "/none.pem does not exist");
    assertThat(serve("server: { host: no.such.host.invalid }")).isEqualTo(2);
    assertOneLine("larder: a key below server is not accepted: ", "no.such.host.invalid");
  }

  @Test
  void aPortInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      int port = taken.getLocalPort();
      String disk = "larder.disk.path: " + directory.resolve("data") + "\n";

      assertThat(serve(disk + "server.port: " + port + "\nlarder.admin.port: 0")).isEqualTo(1);
      assertOneLine(
          "larder: cannot listen on 0.0.0.0:" + port + ": ", "set server.host or server.port");

      assertThat(serve(disk + "server.port: 0\nlarder.admin.port: " + port)).isEqualTo(1);
      assertOneLine("larder: cannot listen on 0.0.0.0:" + port + ": ", "set larder.admin.host");
    }
  }

  @Test
  void aDataDirectoryThatIsNone() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));

    assertThat(serve("larder.disk.path: " + file + "\nserver.port: 0\nlarder.admin.port: 0"))
        .isEqualTo(1);
    assertOneLine("larder: ", file.toString());
  }

  private int serve(String yaml) throws Exception {
    Path file = Files.writeString(directory.resolve("larder.yaml"), yaml);
    return run("serve", "--config", file.toString());
  }

  private int run(String... arguments) {
    errors.getBuffer().setLength(0);
    return Main.run(arguments, new PrintWriter(errors, true));
  }

  private void assertOneLine(String... parts) {
    assertThat(errors.toString().lines()).hasSize(1);
    assertThat(errors.toString()).contains(parts);
  }
}
