package larder.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import larder.tiering.Digest;
import larder.upstream.GeneratedBlob;
import larder.upstream.Received;
import larder.upstream.TestRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that do not read what they asked for cannot fill the heap. */
class BodyMemoryTest {
  private static final String ACCEPT = "application/vnd.oci.image.manifest.v1+json";
  private static final String LIST = "/v2/team/app/tags/list";

  @TempDir Path data;
  private final List<RawClient> clients = new ArrayList<>();
  private TestRegistry registry;
  private RunningLarder larder;

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.start();
    larder = RunningLarder.over(data, registry);
    larder.close();
    larder.heap = 128 << 20; // so that each kind gets 16 MiB
    larder.start();
  }

  @AfterEach
  void stop() throws Exception {
    leave();
    larder.close();
    registry.close();
  }

  /** Gets the first bytes of an answer, and reads no more. */
  private void askAndStall(String path) throws Exception {
    RawClient client = new RawClient(larder.port(), 4096);
    clients.add(client);
    client.send("GET " + path + " HTTP/1.1\r\nHost: larder\r\nAccept: " + ACCEPT + "\r\n\r\n");
    assertThat(new String(client.read(12), UTF_8)).isEqualTo("HTTP/1.1 200");
  }

  private void leave() throws Exception {
    for (RawClient client : clients) {
      client.close();
    }
  }

  private void assertRefused(String path) throws Exception {
    HttpResponse<byte[]> refused = larder.get(path, "Accept", ACCEPT);
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(new String(refused.body(), UTF_8)).contains("\"code\":\"UNAVAILABLE\"", "in memory");
    assertThat(refused.headers().firstValueAsLong("Retry-After")).isPresent();
    assertThat(refused.headers().map()).doesNotContainKeys("docker-content-digest", "etag");
  }

  @Test
  void listsThatNobodyReadsAreBounded() throws Exception {
    registry.putImage("team/app", "1", List.of(new GeneratedBlob(1, 1000)));
    registry.putDocument(
        "team/app/tags/list", "application/json", "{\"tags\":[\"" + "t".repeat(6 << 20) + "\"]}");
    askAndStall(LIST + "?n=1");
    askAndStall(LIST + "?n=2");
    assertRefused(LIST + "?n=3");
    assertThat(larder.get("/v2/team/app/manifests/1", "Accept", ACCEPT).statusCode())
        .isEqualTo(200);
    leave();
    RunningLarder.until("there is room again", _ -> status(LIST + "?n=3") == 200);
  }

  @Test
  void manifestsThatNobodyReadsAreBounded() throws Exception {
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      paths.add("/v2/team/app/manifests/" + large(i));
    }
    for (String path : paths.subList(0, 4)) {
      askAndStall(path);
    }
    assertRefused(paths.get(4));
    leave();
    RunningLarder.until("there is room again", _ -> status(paths.get(4)) == 200);
    assertThat(registry.count(Received::isManifest)).isGreaterThanOrEqualTo(5);
  }

  @Test
  void oneThatIsSentToManyIsThereOnce() throws Exception {
    String path = "/v2/team/app/manifests/" + large(1);
    askAndStall(path);
    long before = live();
    for (int i = 0; i < 30; i++) {
      askAndStall(path);
    }
    assertThat(live() - before).as("copies would be 120 MB").isLessThan(60 << 20);
  }

  /** Bytes of the heap that are in use by something that lives. */
  private static long live() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  private Digest large(int number) {
    String body =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"number\":%d,\"x\":\"%s\"}"
            .formatted(ACCEPT, number, "x".repeat(4_100_000));
    return registry.putManifest("team/app", "large-" + number, ACCEPT, body.getBytes(UTF_8));
  }

  private int status(String path) {
    try {
      return larder.get(path, "Accept", ACCEPT).statusCode();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }
}
