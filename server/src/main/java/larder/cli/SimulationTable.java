package larder.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import larder.simulate.DiskSize;
import larder.simulate.Row;

/** Rows of a simulation for people to read. */
final class SimulationTable {
  private static final List<String> HEAD =
      List.of(
          "policy",
          "disk",
          "requests hit",
          "bytes hit",
          "money saved",
          "written GiB",
          "egress a month",
          "x clairvoyant");

  private static final double GIB = 1L << 30;

  private SimulationTable() {}

  /**
   * How much each disk is asked for, and how large it is.
   *
   * @param footprints in bytes, by the disk's name
   */
  static void print(Map<String, Long> footprints, List<DiskSize> sizes, PrintWriter out) {
    footprints.forEach((name, footprint) ->
        out.println(
            name
                + String.format(Locale.ROOT, ": %,.1f GiB of blobs", footprint / GIB)
                + sizes.stream()
                    .map(size ->
                        String.format(
                            Locale.ROOT,
                            "; %s is %,.1f",
                            size.label(),
                            size.bytes(footprint) / GIB))
                    .collect(Collectors.joining())));
  }

  static void print(List<Row> rows, PrintWriter out) {
    List<List<String>> cells = rows.stream().map(SimulationTable::cells).toList();
    int[] widths =
        IntStream.range(0, HEAD.size())
            .map(column ->
                IntStream.concat(
                        IntStream.of(HEAD.get(column).length()),
                        cells.stream().mapToInt(row -> row.get(column).length()))
                    .max()
                    .orElseThrow())
            .toArray();
    line(HEAD, widths, out);
    String disk = "";
    for (List<String> row : cells) {
      if (!row.get(1).equals(disk)) {
        out.println();
        disk = row.get(1);
      }
      line(row, widths, out);
    }
  }

  private static void line(List<String> cells, int[] widths, PrintWriter out) {
    out.println(
        IntStream.range(0, cells.size())
            .mapToObj(i -> ("%" + (i < 2 ? "-" : "") + widths[i] + "s").formatted(cells.get(i)))
            .collect(Collectors.joining("  "))
            .stripTrailing());
  }

  private static List<String> cells(Row row) {
    return List.of(
        row.policy(),
        row.disk(),
        percent(row.objectHitRatio()),
        percent(row.byteHitRatio()),
        percent(row.moneyHitRatio()),
        row.diskBytesWritten() == 0
            ? "-"
            : String.format(Locale.ROOT, "%,d", row.diskBytesWritten() >> 30),
        String.format(Locale.ROOT, "%,.2f", row.bill().egress()),
        row.timesClairvoyant() == null
            ? "-"
            : String.format(Locale.ROOT, "%.2f", row.timesClairvoyant()));
  }

  private static String percent(double ratio) {
    return String.format(Locale.ROOT, "%.1f %%", ratio * 100);
  }
}
