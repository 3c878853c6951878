package larder.simulate;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a trace: lines of {@code time_s,key,size,upstream,kind,cluster} below these names, ordered
 * by time, where {@code kind} is {@code blob} or {@code manifest}. Columns that follow may be named
 * {@code repository}, {@code tag} and {@code layers}: which layers a manifest names, with
 * semicolons between them. Nothing is quoted.
 *
 * <p>A file that does not begin with these names is read as a log of larder: of its lines those
 * count that say that a blob was asked for, whatever stands before and between them.
 */
public final class TraceReader {
  private static final List<String> COLUMNS =
      List.of("time_s", "key", "size", "upstream", "kind", "cluster");
  private static final long LARGEST = 1L << 40;
  private static final int MOMENTS = 60;
  private static final int MOST_NAMES = 10_000;

  private final Trace trace = new Trace();
  private final Map<String, Integer> upstreams = new HashMap<>();
  private final Map<String, Integer> clusters = new HashMap<>();
  private final Map<Integer, List<Integer>> layersOf = new HashMap<>();
  private static final String SERVED = "{\"event\":\"served\"";

  private final ObjectReader json = new ObjectMapper().reader();
  private List<String> names = List.of(); // none in a log
  private long line;
  private double first;
  private double last = Double.NEGATIVE_INFINITY;

  private TraceReader() {}

  /**
   * Reads all of a file.
   *
   * @param progress hears of the characters read so far
   */
  public static Trace read(Path file, LongConsumer progress) throws IOException, TraceException {
    // What is no text is no line of a trace either.
    try (Reader text = new InputStreamReader(Files.newInputStream(file), UTF_8)) {
      return new TraceReader().read(new BoundedLines(text), progress);
    }
  }

  private Trace read(BoundedLines lines, LongConsumer progress) throws IOException, TraceException {
    long characters = 0;
    for (String text = next(lines); text != null; text = next(lines)) {
      characters += text.length() + 1;
      int logged = text.indexOf(SERVED);
      if (line == 1 && text.startsWith(COLUMNS.getFirst() + ",")) {
        head(text);
      } else if (!names.isEmpty() && !text.isEmpty()) {
        row(text);
      } else if (logged >= 0) {
        served(text.substring(logged));
      }
      if (line % 10_000 == 0) {
        progress.accept(characters);
      }
    }
    if (trace.length() == 0) {
      throw new TraceException(
          names.isEmpty()
              ? "it is no trace, which begins with the line %s, and as a log of larder it has no request for a blob"
                  .formatted(String.join(",", COLUMNS))
              : "there is not a single request in it");
    }
    return trace;
  }

  /** A request that a log tells of. */
  private void served(String text) throws TraceException {
    try {
      JsonNode row = json.readTree(text);
      if (row.path("kind").asText().equals("blob")
          && row.path("counted").asBoolean()
          && row.path("size").asLong(-1) >= 0) {
        double time = Instant.parse(row.path("time").asText()).toEpochMilli() / 1000.0;
        // Lines are in the order of writing, which may be another by moments.
        time = time < last && time > last - MOMENTS ? last : time;
        trace.requested(
            second(time),
            trace.blob(row.path("digest").asText()),
            size(row.path("size").asLong()),
            number(upstreams, trace.upstreamNames(), "upstream", row.path("upstream").asText()),
            number(clusters, trace.clusterNames(), "cluster", row.path("cluster").asText()));
      }
    } catch (JsonProcessingException | DateTimeParseException e) {
      throw bad("it is no whole line of an access log");
    }
  }

  private @Nullable String next(BoundedLines lines) throws IOException, TraceException {
    line++;
    try {
      return lines.next();
    } catch (BoundedLines.TooLongException e) {
      throw bad("it is longer than %d characters".formatted(BoundedLines.LONGEST));
    }
  }

  private void head(String text) throws TraceException {
    names = Arrays.asList(text.strip().split(",", -1));
    if (names.size() < COLUMNS.size() || !names.subList(0, COLUMNS.size()).equals(COLUMNS)) {
      throw bad("a trace begins with the names of its columns, " + String.join(",", COLUMNS));
    }
  }

  private void row(String text) throws TraceException {
    String[] values = text.split(",", -1);
    if (values.length != names.size()) {
      throw bad("%d columns, and not %d".formatted(values.length, names.size()));
    }
    long second = second(values[0]);
    int upstream = number(upstreams, trace.upstreamNames(), "upstream", values[3]);
    int cluster = number(clusters, trace.clusterNames(), "cluster", values[5]);
    if (values[1].isEmpty()) {
      throw bad("the key is empty");
    }
    switch (values[4]) {
      case "blob" ->
          trace.requested(second, trace.blob(values[1]), size(values[2]), upstream, cluster);
      case "manifest" -> {
        var _ = size(values[2]);
        manifest(second, values, upstream, cluster);
      }
      default -> throw bad("kind '%s' is neither blob nor manifest".formatted(shown(values[4])));
    }
  }

  private void manifest(long second, String[] values, int upstream, int cluster) {
    int digest = trace.blob(values[1]);
    String layers = value(values, "layers");
    if (layers.isEmpty()) {
      return;
    }
    // The same manifest is asked for again and again.
    List<Integer> of = layersOf.computeIfAbsent(digest, _ -> blobs(layers));
    String tag = value(values, "tag");
    String place = tag.isEmpty() ? "" : values[3] + "/" + value(values, "repository") + ":" + tag;
    trace.served(second, new Trace.Manifest(place.intern(), digest, of), upstream, cluster);
  }

  private List<Integer> blobs(String layers) {
    List<Integer> blobs = new ArrayList<>();
    for (String each : layers.split(";", -1)) {
      if (!each.isEmpty()) {
        blobs.add(trace.blob(each));
      }
    }
    return List.copyOf(blobs);
  }

  private String value(String[] values, String name) {
    int column = names.indexOf(name);
    return column < 0 ? "" : values[column];
  }

  private long second(String text) throws TraceException {
    double time;
    try {
      time = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      time = Double.NaN;
    }
    if (!Double.isFinite(time)) {
      throw bad("time '%s' is no number of seconds".formatted(shown(text)));
    }
    return second(time);
  }

  private long second(double time) throws TraceException {
    if (time < last) {
      throw bad("time %s is before the %s of the line before".formatted(time, last));
    }
    if (trace.length() == 0) {
      first = time;
    }
    last = time;
    if (time - first > Integer.MAX_VALUE) {
      throw bad("time %s is more than 68 years after the first".formatted(time));
    }
    return (long) (time - first);
  }

  private long size(String text) throws TraceException {
    try {
      return size(Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw bad("size '%s' is no number of bytes".formatted(shown(text)));
    }
  }

  private long size(long bytes) throws TraceException {
    if (bytes < 0 || bytes > LARGEST) {
      throw bad("a size of %d bytes is no blob's".formatted(bytes));
    }
    return bytes;
  }

  private int number(Map<String, Integer> numbers, List<String> known, String what, String name)
      throws TraceException {
    Integer number = numbers.get(name);
    if (number != null) {
      return number;
    }
    if (name.isEmpty()) {
      throw bad("the " + what + " is empty");
    }
    if (known.size() >= MOST_NAMES) {
      throw bad("there are more than %d %ss".formatted(MOST_NAMES, what));
    }
    numbers.put(name, known.size());
    known.add(name);
    return known.size() - 1;
  }

  private TraceException bad(String message) {
    return new TraceException(line, message);
  }

  private static String shown(String text) {
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= 40 ? line : line.substring(0, 40) + "…";
  }
}
