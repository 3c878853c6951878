package larder.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
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
import java.util.Set;
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
import larder.upstream.TestRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Kills larder while at least eight fills run, again and again on the same directory. After each
 * start the spool is clean, no whole response differs from its digest, and what the index has
 * called safe is not asked for again.
 */
@Tag("slow")
class KillTest {
  private static final int FILLS = 8;
  private static final int SIZE = 1_500_000;

  @TempDir Path data;
  @TempDir Path logs;
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
    Path log = logs.resolve("log");
    List<GeneratedBlob> before = List.of();
    List<GeneratedBlob> last = List.of();
    int safe = 0;
    for (int kill = 0; kill <= kills; kill++) {
      List<String> known = index();
      Process process = launch(phase, log);
      try (BufferedReader output = process.inputReader(UTF_8)) {
        int port = Integer.parseInt(output.readLine());
        assertThat(spooled()).as("the spool after kill %d", kill).isEmpty();
        safe += check(port, before, known);
        if (kill < kills) {
          List<GeneratedBlob> now = killWithFillsRunning(process, output, port, phase, random);
          before = Stream.of(last, now).flatMap(List::stream).toList();
          last = now;
        }
      } catch (Exception | AssertionError e) {
        System.out.println(Files.readString(log));
        throw e;
      } finally {
        process.destroyForcibly().waitFor();
      }
      if (kill % 20 == 19) {
        System.out.printf("%d of %d kills, %s%n", kill + 1, kills, phase);
      }
    }
    System.out.printf("%d kills, %s: %d blobs were safe before%n", kills, phase, safe);
    assertThat(safe).isPositive();
  }

  /** All blobs whose fills were running or had ended. */
  private List<GeneratedBlob> killWithFillsRunning(
      Process process, BufferedReader output, int port, String phase, Random random)
      throws Exception {
    List<GeneratedBlob> arriving = newBlobs(random);
    List<GeneratedBlob> keeping = newBlobs(random);
    Set<String> slow = arriving.stream().map(each -> each.digest().hex()).collect(toSet());
    registry
        .script()
        .always(
            each -> each.isBlob() && slow.stream().anyMatch(each.target()::contains),
            new Fault.Rate(1_000_000));
    CountDownLatch answered = new CountDownLatch(FILLS);
    List<Future<?>> pulls = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (GeneratedBlob blob : arriving) {
        pulls.add(clients.submit(() -> pull(port, blob, answered)));
      }
      assertThat(answered.await(30, TimeUnit.SECONDS)).as("%d fills run", FILLS).isTrue();
      process.outputWriter().append('\n').flush();
      assertThat(output.readLine()).isEqualTo("told");
      for (GeneratedBlob blob : keeping) {
        pulls.add(clients.submit(() -> pull(port, blob, new CountDownLatch(1))));
      }
      switch (phase) {
        case "RANDOM" -> TimeUnit.MILLISECONDS.sleep(random.nextInt(500));
        case "RECEIVING" -> TimeUnit.MILLISECONDS.sleep(20);
        default -> assertThat(output.readLine()).isEqualTo("stopped");
      }
      process.destroyForcibly().waitFor();
    }
    for (Future<?> pull : pulls) {
      pull.get();
    }
    return Stream.of(arriving, keeping).flatMap(List::stream).toList();
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

  /** How many were safe before, and so cost nothing. */
  private int check(int port, List<GeneratedBlob> blobs, List<String> known) throws Exception {
    registry.script().clear();
    int safe = 0;
    for (GeneratedBlob blob : blobs) {
      long asked = registry.payloadBytes(blob.digest());
      HttpResponse<byte[]> answer =
          client.send(request(port, blob), HttpResponse.BodyHandlers.ofByteArray());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(Digest.of(Digest.Algorithm.SHA256, answer.body())).isEqualTo(blob.digest());
      if (known.stream().anyMatch(line -> line.contains(blob.digest().hex()))) {
        assertThat(registry.payloadBytes(blob.digest())).isEqualTo(asked);
        safe++;
      }
    }
    return safe;
  }

  /** The whole lines of the index. */
  private List<String> index() throws IOException {
    Path file = data.resolve("index");
    if (!Files.exists(file)) {
      return List.of();
    }
    String text = Files.readString(file, ISO_8859_1);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
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

  private Process launch(String phase, Path log) throws IOException {
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
        .redirectError(log.toFile())
        .start();
  }

  private List<Path> spooled() throws IOException {
    try (Stream<Path> files = Files.walk(data.resolve("spool"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
