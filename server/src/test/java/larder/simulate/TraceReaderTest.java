package larder.simulate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import larder.metrics.AccessLog;
import larder.tiering.Digest;
import larder.tiering.Event;
import larder.tiering.Origin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceReaderTest {
  private static final String HEAD = "time_s,key,size,upstream,kind,cluster";

  @TempDir private Path folder;

  private Trace read(String... lines) throws IOException, TraceException {
    return TraceReader.read(
        Files.writeString(folder.resolve("trace.csv"), String.join("\n", lines) + "\n"), _ -> {});
  }

  @Test
  void requestsAreInTheirOrder() throws Exception {
    Trace trace =
        read(
            HEAD,
            "1000,a,10,docker.io,blob,ci-eu",
            "1000.7,b,0,ghcr.io,blob,ci-us",
            "",
            "1090,a,10,docker.io,blob,ci-eu");
    assertThat(trace.length()).isEqualTo(3);
    assertThat(trace.upstreamNames()).containsExactly("docker.io", "ghcr.io");
    assertThat(trace.clusterNames()).containsExactly("ci-eu", "ci-us");
    assertThat(trace.second(2)).isEqualTo(90);
    assertThat(trace.blob(2)).isEqualTo(trace.blob(0)).isNotEqualTo(trace.blob(1));
    assertThat(trace.size(trace.blob(2))).isEqualTo(10);
    assertThat(trace.upstream(1)).isEqualTo(1);
    assertThat(trace.cluster(1)).isEqualTo(1);
  }

  @Test
  void manifestsTellTheirLayers() throws Exception {
    Trace trace =
        read(
            HEAD + ",repository,tag,layers",
            "0,m,700,docker.io,manifest,ci,library/app,1.0,c;a",
            "0,a,10,docker.io,blob,ci,library/app,,",
            "5,m,700,docker.io,manifest,ci,library/app,,c;a",
            "6,n,700,docker.io,manifest,ci,library/app,1.0,");
    assertThat(trace.length()).as("one that names no layers says nothing").isEqualTo(3);
    assertThat(trace.isManifest(0)).isTrue();
    assertThat(trace.manifest(0).tag()).isEqualTo("docker.io/library/app:1.0");
    assertThat(trace.manifest(0).layers()).hasSize(2).contains(trace.blob(1));
    assertThat(trace.manifest(2).tag()).isEmpty();
    assertThat(trace.manifest(2).layers()).isEqualTo(trace.manifest(0).layers());
  }

  @Test
  void itGrows() throws Exception {
    String[] lines = new String[5001];
    lines[0] = HEAD;
    for (int i = 1; i < lines.length; i++) {
      lines[i] = "%d,blob %d,%d,docker.io,blob,ci".formatted(i, i % 3000, i % 3000);
    }
    Trace trace = read(lines);
    assertThat(trace.length()).isEqualTo(5000);
    assertThat(trace.blobs()).isEqualTo(3000);
    assertThat(trace.size(trace.blob(4999))).isEqualTo(2000);
  }

  @Test
  void linesMayEndAsWindowsHasThem() throws Exception {
    assertThat(read(HEAD + "\r", "5,a,1,u,blob,c\r", "6,a,1,u,blob,c").clusterNames())
        .containsExactly("c");
  }

  @Test
  void aLineWithoutEndIsNoReasonToRunOutOfMemory() {
    assertThatThrownBy(() -> read(HEAD, "5,a,1,u,blob,c", "x".repeat(3_000_000)))
        .isInstanceOf(TraceException.class)
        .hasMessage("line 3: it is longer than 1048576 characters");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x,a,1,u,blob,c     | line 3: time 'x' is no number of seconds",
        "NaN,a,1,u,blob,c   | line 3: time 'NaN' is no number of seconds",
        "4,a,1,u,blob,c     | line 3: time 4.0 is before the 5.0 of the line before",
        "1e12,a,1,u,blob,c  | line 3: time 1.0E12 is more than 68 years after the first",
        "6,,1,u,blob,c      | line 3: the key is empty",
        "6,a,-1,u,blob,c    | line 3: a size of -1 bytes is no blob's",
        "6,a,9223372036854775807,u,blob,c | line 3: a size of 9223372036854775807 bytes is no blob's",
        "6,a,1.5,u,blob,c   | line 3: size '1.5' is no number of bytes",
        "6,a,1,,blob,c      | line 3: the upstream is empty",
        "6,a,1,u,blob,''    | line 3: the cluster is empty",
        "6,a,1,u,layer,c    | line 3: kind 'layer' is neither blob nor manifest",
        "6,a,1,u,blob       | line 3: 5 columns, and not 6",
        "6,a,1,u,blob,c,x   | line 3: 7 columns, and not 6",
      })
  void aBadLineIsNamed(String bad, String message) {
    assertThatThrownBy(() -> read(HEAD, "5,a,1,u,blob,c", bad.replace("''", "")))
        .isInstanceOf(TraceException.class)
        .hasMessage(message);
  }

  @Test
  void whatIsNoTraceIsNone() {
    for (String text : List.of("", "hello", "5,a,1,u,blob,c")) {
      assertThatThrownBy(() -> read(text))
          .isInstanceOf(TraceException.class)
          .hasMessage(
              "it is no trace, which begins with the line time_s,key,size,upstream,kind,cluster, and as a log of larder it has no request for a blob");
    }
    assertThatThrownBy(() -> read(HEAD))
        .isInstanceOf(TraceException.class)
        .hasMessage("there is not a single request in it");
    assertThatThrownBy(() -> read("time_s,key,upstream,size,kind,cluster"))
        .isInstanceOf(TraceException.class)
        .hasMessage(
            "line 1: a trace begins with the names of its columns, time_s,key,size,upstream,kind,cluster");
  }

  private static String logged(String time, String kind, String digest, boolean counted)
      throws IOException {
    var log = new ByteArrayOutputStream();
    try (AccessLog lines = AccessLog.open(log)) {
      lines.on(
          new Event.Served(
              Instant.parse(time),
              "ci-eu",
              "10.0.0.7",
              "containerd",
              "docker.io",
              "library/app",
              kind.equals("blob") ? Event.Kind.BLOB : Event.Kind.MANIFEST,
              digest,
              Digest.parse(digest),
              OptionalLong.of(2000),
              "GET",
              "",
              200,
              2000,
              Origin.DISK,
              counted,
              false,
              false,
              Duration.ofMillis(3)));
    }
    return log.toString(UTF_8).strip();
  }

  @Test
  void aLogOfLarderIsATraceToo() throws Exception {
    String one = "sha256:" + "1".repeat(64);
    String two = "sha256:" + "2".repeat(64);
    Trace trace =
        read(
            "Nov 28, 2026 larder serves on port 5000",
            "2026-11-28T10:00:00Z stderr F " + logged("2026-11-28T10:00:00Z", "blob", one, true),
            logged("2026-11-28T10:00:05Z", "manifest", two, true),
            logged("2026-11-28T10:00:06Z", "blob", one, false),
            logged("2026-11-28T10:01:00.500Z", "blob", two, true),
            "{ something else",
            logged("2026-11-28T10:01:00.400Z", "blob", one, true));
    assertThat(trace.length()).isEqualTo(3);
    assertThat(trace.blob(2)).isEqualTo(trace.blob(0)).isNotEqualTo(trace.blob(1));
    assertThat(trace.second(2)).isEqualTo(60);
    assertThat(trace.size(trace.blob(1))).isEqualTo(2000);
    assertThat(trace.upstreamNames()).containsExactly("docker.io");
    assertThat(trace.clusterNames()).containsExactly("ci-eu");
  }

  @Test
  void logsOfSeveralOneAfterTheOtherAreNone() throws Exception {
    String digest = "sha256:" + "1".repeat(64);
    assertThatThrownBy(() ->
            read(
                logged("2026-11-28T10:00:00Z", "blob", digest, true),
                logged("2026-11-27T10:00:00Z", "blob", digest, true)))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("line 2: time")
        .hasMessageContaining("is before");
  }

  @Test
  void aTornLineOfALogIsNamed() throws Exception {
    String whole = logged("2026-11-28T10:00:00Z", "blob", "sha256:" + "1".repeat(64), true);
    assertThatThrownBy(() -> read(whole, whole.substring(0, 90)))
        .isInstanceOf(TraceException.class)
        .hasMessage("line 2: it is no whole line of an access log");
  }
}
