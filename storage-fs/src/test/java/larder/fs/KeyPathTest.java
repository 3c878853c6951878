package larder.fs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class KeyPathTest {
  private static final Path ROOT = Path.of("/root/of/all");

  private static Path file(String key) throws IOException {
    return ROOT.relativize(KeyPath.of(key).file(ROOT));
  }

  @Test
  void plainKeysAreTheirPaths() throws IOException {
    for (String key :
        List.of(
            "blobs/sha256/ab/" + "ab".repeat(32),
            "blobs/sha512/ab/" + "ab".repeat(64),
            "tags/a.example~00ff/library/some_app/_/1.0-x",
            "ledger/one/0/2026-03-01.json")) {
      assertThat(file(key)).hasToString(key);
    }
  }

  @Test
  void whatCouldBeMisreadIsEscaped() throws IOException {
    assertThat(file("../..")).hasToString("%2E%2E/%2E%2E");
    assertThat(file("./.lock")).hasToString("%2E/%2Elock");
    assertThat(file("/a//b/")).hasToString("%/a/%/b/%");
    assertThat(file("nul\0:\\é")).hasToString("nul%00%3A%5C%C3%A9");
    assertThat(file("RC/rc")).hasToString("%52%43/rc");
    assertThat(file("a.")).hasToString("a%2E");
  }

  @Test
  void aLongPartGoesOnInAFolder() throws IOException {
    assertThat(file("a".repeat(254))).hasToString("a".repeat(254));
    assertThat(file("a".repeat(255) + "/b")).hasToString("a".repeat(254) + "%/a/b");
  }

  @Test
  void noPathIsGivenForAKeyThatCannotBe() throws IOException {
    assertThat(KeyPath.of("é".repeat(512)).names()).hasSizeGreaterThan(1);
    assertThatIOException().isThrownBy(() -> KeyPath.of("é".repeat(512) + "a"));
    assertThatIOException().isThrownBy(() -> KeyPath.of("a\ud800"));
    assertThatIOException().isThrownBy(() -> KeyPath.of(""));
  }

  @Test
  void namesOfOthersAreNotRead() {
    for (String name :
        List.of(
            ".lock", ".drafts", "A", "a%", "%41%", "%61", "%c3", "%2F", "a%4", "é", "a.", "a b")) {
      assertThat(KeyPath.decode(name)).as(name).isEmpty();
    }
  }

  /** A key of what is hard to write, to find again and to keep inside. */
  static String hostile(Random random, int pieces) {
    String[] hard = {
      "/",
      "//",
      ".",
      "..",
      "../",
      "/..",
      "%",
      "%2F",
      "%2E%2E/",
      "~",
      "-",
      "_",
      " ",
      "\0",
      "\\",
      ":",
      "\n",
      "A",
      "a",
      "é",
      "\ud83e\udd55",
      ".lock",
      ".drafts/",
      "a".repeat(250),
      "é".repeat(90)
    };
    StringBuilder key = new StringBuilder();
    for (int i = random.nextInt(pieces + 1); i > 0; i--) {
      String piece = hard[random.nextInt(hard.length)];
      if ((key + piece).getBytes(UTF_8).length <= KeyPath.LONGEST_KEY) {
        key.append(piece);
      }
    }
    return key.isEmpty() ? "/" : key.toString();
  }

  @Property(tries = 2000)
  void everyKeyHasAPathOfItsOwnBelowTheRoot(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    String key = hostile(random, 12);
    KeyPath path = KeyPath.of(key);
    Path file = path.file(ROOT);
    assertThat(file.startsWith(ROOT) && file.normalize().equals(file))
        .as("%s of seed %d", file, seed)
        .isTrue();
    StringBuilder again = new StringBuilder();
    for (String name : path.names()) {
      assertThat(name).as("seed %d", seed).matches("[a-z0-9_~%-][A-F0-9a-z_~%.-]{0,254}");
      Optional<String> decoded = KeyPath.decode(name);
      assertThat(decoded).as("%s of seed %d", name, seed).isPresent();
      again.append(decoded.get()).append(KeyPath.goesOn(name) ? "" : "/");
    }
    again.setLength(again.length() - 1);
    assertThat(KeyPath.leadingTo(path.file(ROOT), again.toString(), ROOT))
        .as("seed %d", seed)
        .contains(key);
  }
}
