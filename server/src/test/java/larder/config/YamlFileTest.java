package larder.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlFileTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("larder.yaml");
  }

  @Test
  void valuesStayAsTheyAreWritten() throws Exception {
    Files.writeString(file, "a: { b: off, c: 0123, d: 1:30, e: 'x y', f: 1_000 }\n");

    assertThat(YamlFile.read(file).values().stream().map(Setting::text))
        .containsExactly("off", "0123", "1:30", "x y", "1_000");
  }

  @Test
  void pathsAreDottedAndListsNumbered() throws Exception {
    Files.writeString(file, "a:\n  - b: 1\n    c: [x, y]\nd.e: 2\n");

    assertThat(YamlFile.read(file)).containsOnlyKeys("a.0.b", "a.0.c.0", "a.0.c.1", "d.e");
    assertThat(YamlFile.read(file)).containsEntry("a.0.c.0", Setting.of("x", file + " line 3"));
  }

  @Test
  void emptyThingsAreNotWritten() throws Exception {
    Files.writeString(file, "a:\nb: ~\nc: []\nd: {}\ne: ''\n");

    assertThat(YamlFile.read(file).values().stream().map(Setting::written))
        .containsExactly(false, false, false, false, true);
  }

  @Test
  void nothingAtAllIsFine() throws Exception {
    for (String text : new String[] {"", "# nothing yet\n", "---\n", "{}\n", "\uFEFF"}) {
      Files.writeString(file, text);
      assertThat(YamlFile.read(file)).isEmpty();
    }
  }

  @Test
  void aByteOrderMarkIsSkipped() throws Exception {
    Files.writeString(file, "\uFEFFa: 1\n");

    assertThat(YamlFile.read(file)).containsOnlyKeys("a");
  }

  @Test
  void complaintsAreOneLineAndSayWhere() throws Exception {
    refused("a: 1\nb: [1\n", " line 3: not YAML: ");
    refused("a: 1\na: 2\n", " line 2: a is given twice, first at " + file + " line 1");
    refused("a: {b: 1}\na: {c: 2}\n", " line 2: a is given twice");
    refused("a: {b: 1}\na.b: 2\n", " line 2: a.b is given twice");
    refused("- a\n", " line 1: the file must be a map");
    refused("? [a]\n: 1\n", " line 1: a key must be a plain word");
    refused("a: !secret b\n", " line 1: a has a tag (!)");
    refused("a: *secret\n", " line 1: not YAML: an alias (*) without its anchor");
    refused("a: &b [*b]\n", "nested too deeply");
    refused("a: 1\n---\nb: 2\n", ": not YAML: ");
    refused("a:\tb: 1\n", ": not YAML: ");
    refused("a: \u0007\n", ": not YAML: ");
  }

  @Test
  void manyAliasesDoNotFillTheMemory() throws Exception {
    StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      text.append("a%d: &a%d [".formatted(i, i))
          .append("*a%d, ".formatted(i - 1).repeat(10))
          .append("]\n");
    }
    refused(text.toString(), ": not YAML: Number of aliases");

    // Few aliases, but each doubles what is there.
    StringBuilder doubling = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 22; i++) {
      doubling.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    refused(doubling.toString(), " these are more than 10000 values");
  }

  @Test
  void aValueByItself() throws Exception {
    assertThat(YamlFile.value("a", "0123", "A")).isEqualTo(Map.of("a", Setting.of("0123", "A")));
    assertThat(YamlFile.value("a", "{b: [x, y]}", "A")).containsOnlyKeys("a.b.0", "a.b.1");
    assertThat(YamlFile.value("a", "", "A")).isEqualTo(Map.of("a", Setting.nothing("A")));
    for (String secret : new String[] {"*secret", "!secret", "secret: [", "@secret"}) {
      assertThatExceptionOfType(ConfigException.class)
          .isThrownBy(() -> YamlFile.value("a", secret, "A"))
          .withMessageStartingWith("A: ")
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
    }
  }

  @Test
  void whatIsNoReadableFile() throws Exception {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> YamlFile.read(file))
        .withMessage(file + ": no such file");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> YamlFile.read(directory))
        .withMessage(directory + ": is a directory, not a file");
    Files.writeString(file, "a: ü\n", ISO_8859_1);
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> YamlFile.read(file))
        .withMessage(file + ": not YAML: not UTF-8");
  }

  private void refused(String text, String message) throws Exception {
    Files.writeString(file, text);
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> YamlFile.read(file))
        .withMessageStartingWith(file.toString())
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n", "secret"));
  }
}
