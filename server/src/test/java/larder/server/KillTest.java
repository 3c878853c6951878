package larder.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import larder.server.KillableLarder.Stop;
import larder.tiering.Digest;
import larder.upstream.Fault;
import larder.upstream.GeneratedBlob;
import larder.upstream.Received;
import larder.upstream.TestRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Kills larder while at least eight fills run, again and again on the same directory. After each
 * start the spool is clean, and no whole response ever differs from its digest.
 */
@Tag("slow")
class KillTest {
  private static final int FILLS = 8;
  private static final int SIZE = 1_500_000;

  @TempDir Path data;
  private TestRegistry registry;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.start();
    registry.recording(false);
  }

  @AfterEach
  void stop() throws Exception {
    registry.close();
  }

  @ParameterizedTest
  @CsvSource({"120, RANDOM", "20, RECEIVING", "20, FSYNC", "20, RENAME", "20, INDEX"})
  void noWholeResponseEverDiffersFromItsDigest(int kills, String phase) throws Exception {
    long seed = Long.getLong("larder.seed", System.nanoTime());
    System.out.printf("%d kills, %s, -Dlarder.seed=%d%n", kills, phase, seed);
    Random random = new Random(seed);
    List<GeneratedBlob> before = List.of();
    int checked = 0;
    for (int kill = 0; kill < kills; kill++) {
      List<GeneratedBlob> blobs = newBlobs(random);
      Process process = launch(phase);
      try (BufferedReader output = process.inputReader(UTF_8)) {
        int port = Integer.parseInt(output.readLine());
        assertThat(spooled()).as("the spool after kill %d", kill).isEmpty();
        registry.script().clear();
        if (!phase.equals("RENAME") && !phase.equals("INDEX")) {
          checked += check(port, before);
        }
        killWithFillsRunning(process, output, port, blobs, phase, random);
      } finally {
        process.destroyForcibly().waitFor();
      }
      before = blobs;
      if (kill % 20 == 19) {
        System.out.printf("%d of %d kills, %s%n", kill + 1, kills, phase);
      }
    }
    Process last = launch("LAST");
    try (BufferedReader output = last.inputReader(UTF_8)) {
      registry.script().clear();
      checked += check(Integer.parseInt(output.readLine()), before);
    } finally {
      last.destroyForcibly().waitFor();
    }
    System.out.printf(
        "%d kills, %s: %d whole blobs were right afterwards%n", kills, phase, checked);
    assertThat(checked).isGreaterThanOrEqualTo(FILLS);
  }

  private void killWithFillsRunning(
      Process process,
      BufferedReader output,
      int port,
      List<GeneratedBlob> blobs,
      String phase,
      Random random)
      throws Exception {
    boolean midway = phase.equals("RANDOM") || phase.equals("RECEIVING");
    if (midway) {
      registry.script().always(Received::isBlob, new Fault.Rate(4_000_000));
    }
    CountDownLatch answered = new CountDownLatch(FILLS);
    List<Future<?>> pulls = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (GeneratedBlob blob : blobs) {
        pulls.add(clients.submit(() -> pull(port, blob, answered)));
      }
      if (midway) {
        assertThat(answered.await(30, TimeUnit.SECONDS)).as("%d fills run", FILLS).isTrue();
        TimeUnit.MILLISECONDS.sleep(phase.equals("RANDOM") ? random.nextInt(500) : 20);
      } else {
        assertThat(output.readLine()).isEqualTo("stopped");
      }
      process.destroyForcibly().waitFor();
    }
    for (Future<?> pull : pulls) {
      pull.get();
    }
  }

  /** A pull that may be cut; if it is whole it is right. */
  private Void pull(int port, GeneratedBlob blob, CountDownLatch answered) {
    try {
      HttpResponse<java.io.InputStream> answer =
          client.send(request(port, blob), HttpResponse.BodyHandlers.ofInputStream());
      answered.countDown();
      byte[] body = answer.body().readAllBytes();
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(Digest.of(Digest.Algorithm.SHA256, body)).isEqualTo(blob.digest());
    } catch (IOException cut) {
      // It was killed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  private int check(int port, List<GeneratedBlob> blobs) throws Exception {
    for (GeneratedBlob blob : blobs) {
      HttpResponse<byte[]> answer =
          client.send(request(port, blob), HttpResponse.BodyHandlers.ofByteArray());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(Digest.of(Digest.Algorithm.SHA256, answer.body())).isEqualTo(blob.digest());
    }
    return blobs.size();
  }

  private static HttpRequest request(int port, GeneratedBlob blob) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + port + "/v2/a/b/blobs/" + blob.digest()))
        .build();
  }

  private List<GeneratedBlob> newBlobs(Random random) {
    List<GeneratedBlob> blobs = new ArrayList<>();
    for (int i = 0; i < FILLS; i++) {
      GeneratedBlob blob = new GeneratedBlob(random.nextLong(), SIZE);
      registry.putBlob(blob);
      blobs.add(blob);
    }
    return blobs;
  }

  private Process launch(String phase) throws IOException {
    Stop stop =
        Stream.of(Stop.values())
            .filter(each -> each.name().equals(phase))
            .findFirst()
            .orElse(Stop.NOWHERE);
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            KillableLarder.class.getName(),
            data.toString(),
            registry.url().toString(),
            stop.name())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private List<Path> spooled() throws IOException {
    try (Stream<Path> files = Files.walk(data.resolve("spool"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
