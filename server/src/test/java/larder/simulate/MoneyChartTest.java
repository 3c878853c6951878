package larder.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class MoneyChartTest {
  @TempDir private Path folder;

  private static Row row(String policy, String disk, double money) {
    return new Row(policy, disk, 0.5, 0.5, money, 1, Row.Bill.ofEgress(1), null);
  }

  @Test
  void itIsAnImageThatABrowserReads() throws Exception {
    Path file = folder.resolve("chart.svg");
    MoneyChart.write(
        List.of(
            row("ttl-7d", "", 0.9),
            row("lru", "5%", 0.6),
            row("clairvoyant bound", "5%", 0.8),
            row("lru", "10%", 0.7),
            row("clairvoyant", "10%", 0.9)),
        file);
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    Document image = factory.newDocumentBuilder().parse(Files.newInputStream(file));
    assertThat(image.getDocumentElement().getTagName()).isEqualTo("svg");
    assertThat(image.getElementsByTagName("path").getLength())
        .as("bars, letters and lines")
        .isGreaterThan(20);
  }
}
