package larder.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MetersPageTest {
  private static final Path PAGE = Path.of("..", "docs", "metrics.md");

  /** Run with {@code -Dlarder.docs=write} to write the page anew. */
  @Test
  void thePageSaysWhatThereIs() throws IOException {
    if ("write".equals(System.getProperty("larder.docs"))) {
      Files.writeString(PAGE, MetersPage.text());
    }
    assertThat(PAGE).hasContent(MetersPage.text());
  }
}
