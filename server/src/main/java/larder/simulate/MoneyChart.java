package larder.simulate;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;

/** What each policy saves with each disk, for people to look at. */
public final class MoneyChart {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 560;

  private MoneyChart() {}

  /**
   * Writes the chart as SVG.
   *
   * @param rows of one simulation
   * @throws IOException when it cannot be written, or this Java has no font to write with
   */
  public static void write(List<Row> rows, Path file) throws IOException {
    System.setProperty("java.awt.headless", "true");
    try (OutputStream out = Files.newOutputStream(file)) {
      VectorGraphicsEncoder.saveVectorGraphic(chart(rows), out, VectorGraphicsFormat.SVG);
    } catch (InternalError | NoClassDefFoundError | UnsatisfiedLinkError e) {
      throw new IOException(
          "a chart needs fonts, and this Java finds none: install fontconfig and a font", e);
    }
  }

  private static CategoryChart chart(List<Row> rows) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .theme(ChartTheme.XChart)
            .title("Money saved, of what all would cost without a cache")
            .xAxisTitle("disk")
            .yAxisTitle("%")
            .build();
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setYAxisMax(100.0);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    List<String> disks =
        rows.stream().map(Row::disk).filter(Predicate.not(String::isEmpty)).distinct().toList();
    Map<String, List<Double>> saved = new LinkedHashMap<>();
    for (Row row : rows) {
      if (!row.disk().isEmpty()) {
        saved.computeIfAbsent(name(row), _ -> new ArrayList<>()).add(row.moneyHitRatio() * 100);
      }
    }
    saved.forEach((policy, values) -> chart.addSeries(policy, disks, values));
    return chart;
  }

  /** The bound is one series, be it reached with some disks or not. */
  private static String name(Row row) {
    return row.policy().startsWith("clairvoyant") ? "clairvoyant bound" : row.policy();
  }
}
