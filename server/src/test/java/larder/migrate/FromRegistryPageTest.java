package larder.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table in {@code docs/from-registry.md} says what the command says. */
class FromRegistryPageTest {
  private static final Path PAGE = Path.of("..", "docs", "from-registry.md");
  private static final String HEAD = "| the registry's | with larder |\n|---|---|\n";

  @Test
  void isUpToDate() throws Exception {
    String page = Files.readString(PAGE);
    int start = page.indexOf(HEAD);
    assertThat(start).as("the table's head is there").isPositive();
    int end = page.indexOf("\n\n", start) + 1;
    String current = page.substring(0, start) + HEAD + rows() + page.substring(end);
    if ("write".equals(System.getProperty("larder.docs"))) {
      Files.writeString(PAGE, current);
    }

    assertThat(PAGE)
        .as(
            "regenerate with: mvn test -pl server -am -Dlarder.docs=write -Dsurefire.failIfNoSpecifiedTests=false -Dtest=FromRegistryPageTest")
        .hasContent(current);
  }

  private static String rows() {
    return Counterparts.ALL.stream()
        .map(row -> "| `%s` | %s |\n".formatted(row.setting(), row.markdown()))
        .collect(Collectors.joining());
  }
}
