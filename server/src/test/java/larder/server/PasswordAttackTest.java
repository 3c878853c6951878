package larder.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import larder.config.GuardedConfig;
import larder.upstream.GeneratedBlob;
import larder.upstream.TestRegistry;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand wrong passwords, as fast as they can be sent, beside those who are known. */
class PasswordAttackTest {
  private static final int GUESSES = 10_000;
  private static final int CONNECTIONS = 8;
  private static final String IMAGE = "/v2/ours.example/team/app/manifests/1";

  @TempDir Path data;
  @TempDir Path secrets;
  private TestRegistry ours;
  private RunningLarder larder;
  private final HttpClient attacker = HttpClient.newHttpClient();

  @BeforeEach
  void start() throws Exception {
    ours = TestRegistry.start();
    ours.putImage("team/app", "1", List.of(new GeneratedBlob(1, 1000)));
    Path users = secrets.resolve("users");
    Files.writeString(users, user("builder", "right") + user("tester", "other"));
    larder = new RunningLarder(data);
    larder.upstreams.add(
        RunningLarder.privately(
            RunningLarder.upstream("ours.example", true, ours.url(), List.of()), false));
    larder.guarded =
        Optional.of(
            new GuardedConfig(
                "127.0.0.1", 0, Optional.of(users), Optional.empty(), Optional.empty(), Map.of()));
    larder.start();
  }

  @AfterEach
  void stop() throws Exception {
    attacker.close();
    larder.close();
    ours.close();
  }

  private static String user(String name, String password) {
    int cheapest = 4;
    String hash = OpenBSDBCrypt.generate("2y", password.getBytes(UTF_8), new byte[16], cheapest);
    return name + ":" + hash + "\n";
  }

  private static String basic(String name, String password) {
    return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(UTF_8));
  }

  private HttpResponse<String> pull(HttpClient client, String name, String password)
      throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + larder.guardedPort() + IMAGE))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", basic(name, password))
            .build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private void guess(int from, Set<String> answers) throws IOException {
    for (int i = from; i < GUESSES; i += CONNECTIONS) {
      // At a name that is there, and at others.
      String name = i % 2 == 0 ? "builder" : "user-" + i;
      HttpResponse<String> answer = pull(attacker, name, "guess-" + i);
      answers.add(answer.statusCode() + " " + answer.body());
    }
  }

  private long refused(String reason) throws IOException {
    Pattern line =
        Pattern.compile("larder_guarded_refusals_total\\{.*reason=\"" + reason + "\"} ([0-9.E]+)");
    Optional<MatchResult> found = line.matcher(larder.admin("/metrics")).results().findFirst();
    return found.map(result -> (long) Double.parseDouble(result.group(1))).orElse(0L);
  }

  @Test
  void fewAreCheckedAndWhoIsKnownDoesNotNotice() throws Exception {
    Instant began = Instant.now();
    Set<String> answers = ConcurrentHashMap.newKeySet();
    try (HttpClient known = HttpClient.newHttpClient();
        HttpClient elsewhere =
            HttpClient.newBuilder().localAddress(InetAddress.ofLiteral("127.0.0.2")).build();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(pull(known, "builder", "right").statusCode()).isEqualTo(200);
      List<Future<?>> attack = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        int from = i;
        attack.add(
            threads.submit(() -> {
              guess(from, answers);
              return from;
            }));
      }
      RunningLarder.until("slowed", _ -> answers.stream().anyMatch(each -> each.startsWith("429")));
      while (!attack.stream().allMatch(Future::isDone)) {
        assertThat(pull(known, "builder", "right").statusCode()).isEqualTo(200);
      }
      for (Future<?> each : attack) {
        each.get();
      }
      assertThat(pull(elsewhere, "tester", "other").statusCode()).isEqualTo(200);
    }
    assertThat(answers).allMatch(each -> each.startsWith("401") || each.startsWith("429"));
    assertThat(answers).as("whatever the name").hasSize(2);
    long seconds = Duration.between(began, Instant.now()).toSeconds() + 1;
    assertThat(refused("unknown")).isBetween(1L, 100 + 5 * seconds);
    assertThat(refused("unknown") + refused("slowed-down")).isEqualTo(GUESSES);
  }
}
