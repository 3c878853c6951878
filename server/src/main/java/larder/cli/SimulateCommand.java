package larder.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import larder.config.Quantities;
import larder.simulate.DiskSize;
import larder.simulate.MoneyChart;
import larder.simulate.Prices;
import larder.simulate.Row;
import larder.simulate.Simulation;
import larder.simulate.Trace;
import larder.simulate.TraceException;
import larder.simulate.TraceReader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code larder simulate}: what policies and disks would have made of a trace. */
@Command(
    name = "simulate",
    description = {
      "Replays what clusters asked for through larder's own policies and others, and tells what each would have kept, and what the rest would have cost.",
      "A trace is a file of lines time_s,key,size,upstream,kind,cluster below these names. Manifests (kind manifest) are no requests; with the columns repository, tag and layers they tell which layers images are made of."
    },
    mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {
  private static final String SEPARATE = "separate";
  private static final String MERGED = "merged";
  private static final String SIZES =
      "parts of all that is asked for such as 5%,10%, or sizes of at least 1MiB such as 100GiB";

  /** What is smaller lacks its unit. */
  private static final long SMALLEST = 1 << 20;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "TRACE", description = "The file.")
  private Path trace = Path.of("");

  @Option(
      names = "--disk",
      paramLabel = "SIZES",
      description = "How large the disk of a cluster is: " + SIZES + ". (5%%,10%%,20%%)")
  private String disk = "5%,10%,20%";

  @Option(
      names = "--clusters",
      paramLabel = "HOW",
      description = "separate: each has a disk of its own. merged: they share one. (separate)")
  private String clusters = SEPARATE;

  @Option(
      names = "--egress-price",
      paramLabel = "NAME=PRICE",
      description =
          "What a GiB from an upstream costs. May be said for several; public registries cost 0.045, the way through a NAT gateway.")
  private Map<String, Double> egress = new LinkedHashMap<>();

  @Option(
      names = "--warm-up",
      paramLabel = "PART",
      description = "The part of the trace that is replayed and not counted. (0.25)")
  private double warmUp = 0.25;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the rows there too.")
  private @Nullable Path json;

  @Option(
      names = "--chart",
      paramLabel = "FILE.svg",
      description = "Draws what each policy saves with each disk.")
  private @Nullable Path chart;

  @Override
  public Integer call() throws CommandFailedException {
    List<DiskSize> sizes = sizes();
    check();
    writable("--json", json);
    writable("--chart", chart);
    PrintWriter out = spec.commandLine().getOut();
    try (ProgressLine progress = ProgressLine.on(spec.commandLine().getErr())) {
      Trace read = read(progress);
      Simulation simulation =
          new Simulation(read, new Prices(egress), clusters.equals(MERGED), warmUp);
      List<Row> rows =
          simulation.run(sizes, (row, part) -> progress.reached(row, part, read.length(), 0));
      progress.close();
      SimulationTable.print(simulation.footprint(), sizes, out);
      if (!simulation.hasBound()) {
        out.println("too long for the clairvoyant bound, which is left out");
      }
      SimulationTable.print(rows, out);
      out.flush();
      if (json != null) {
        new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .writeValue(json.toFile(), rows);
      }
      if (chart != null) {
        MoneyChart.write(rows, chart);
      }
      return ExitCode.OK;
    } catch (TraceException e) {
      throw new CommandFailedException(ExitCode.USAGE, trace + ": " + e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new CommandFailedException(
          ExitCode.USAGE, "there is no file %s".formatted(e.getFile()), e);
    } catch (AccessDeniedException e) {
      throw new CommandFailedException(ExitCode.USAGE, e.getFile() + " may not be read", e);
    } catch (IOException e) {
      throw new CommandFailedException(
          ExitCode.SOFTWARE, LineLog.oneLine(String.valueOf(e.getMessage())), e);
    }
  }

  private Trace read(ProgressLine progress) throws IOException, TraceException {
    double all = Math.max(1, Files.size(trace));
    return TraceReader.read(
        trace, read -> progress.reached("reading", Math.min(1, read / all), 0, read));
  }

  private void check() throws CommandFailedException {
    if (!(warmUp >= 0 && warmUp < 1)) {
      throw new CommandFailedException(
          ExitCode.USAGE, "--warm-up: from 0 to less than 1; not " + warmUp);
    }
    if (!clusters.equals(SEPARATE) && !clusters.equals(MERGED)) {
      throw new CommandFailedException(
          ExitCode.USAGE, "--clusters: %s or %s; not '%s'".formatted(SEPARATE, MERGED, clusters));
    }
    for (Map.Entry<String, Double> each : egress.entrySet()) {
      if (!(each.getValue() >= 0 && Double.isFinite(each.getValue()))) {
        throw new CommandFailedException(
            ExitCode.USAGE,
            "--egress-price: %s of %s is no price".formatted(each.getValue(), each.getKey()));
      }
    }
  }

  /** Before all the work. */
  private static void writable(String option, @Nullable Path file) throws CommandFailedException {
    if (file != null && !Files.isWritable(file.toAbsolutePath().normalize().getParent())) {
      throw new CommandFailedException(
          ExitCode.USAGE, "%s: %s cannot be written".formatted(option, file));
    }
  }

  private List<DiskSize> sizes() throws CommandFailedException {
    List<DiskSize> sizes = new ArrayList<>();
    List<String> texts = Arrays.stream(disk.split(",", -1)).map(String::strip).distinct().toList();
    for (String text : texts) {
      sizes.add(
          size(text)
              .orElseThrow(() ->
                  new CommandFailedException(
                      ExitCode.USAGE, "--disk: %s; not '%s'".formatted(SIZES, text))));
    }
    return sizes;
  }

  private static Optional<DiskSize> size(String text) {
    if (!text.endsWith("%")) {
      return Quantities.size(text)
          .filter(bytes -> bytes >= SMALLEST)
          .map(bytes -> new DiskSize.Fixed(text, bytes));
    }
    try {
      double percent = Double.parseDouble(text.substring(0, text.length() - 1));
      return percent > 0 && percent <= 100
          ? Optional.of(new DiskSize.Share(text, percent / 100))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
