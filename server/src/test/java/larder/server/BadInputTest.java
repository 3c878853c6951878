package larder.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import larder.tiering.Event;
import larder.upstream.GeneratedBlob;
import larder.upstream.TestRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes of requests that no good client sends. */
class BadInputTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  @TempDir Path data;
  private TestRegistry registry;
  private RunningLarder larder;

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.start();
    larder = RunningLarder.over(data, registry);
  }

  @AfterEach
  void stop() throws Exception {
    larder.close();
    registry.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/a/blobs/sha256:nothex, 400, DIGEST_INVALID",
    "/v2/a/blobs/md5:abc, 400, DIGEST_INVALID",
    "/v2/a/manifests/-bad, 400, TAG_INVALID",
    "/v2/UPPER/manifests/1, 400, NAME_INVALID",
    "/v2/a..b/manifests/1, 400, NAME_INVALID",
    "/v2/a//b/manifests/1, 400, NAME_INVALID",
    "/v2/a%2fb/manifests/1, 400, NAME_INVALID",
    "/v2/a%00b/manifests/1, 400, NAME_INVALID",
    "/v2/%2e%2e/%2e%2e/manifests/1, 404, NAME_UNKNOWN",
    "/v2/a/manifests/..%5c..%5cetc, 400, TAG_INVALID",
    "/v2/a/manifests/1?ns=%zz, 400, UNSUPPORTED",
    "/v2/_catalog, 404, UNSUPPORTED",
    "/v2/a/b, 404, UNSUPPORTED",
    "/anything, 404, UNSUPPORTED",
    "/v2/a/manifests/1?ns=169.254.169.254, 404, NAME_UNKNOWN",
    "/v2/169.254.169.254/a/manifests/1, 404, NAME_UNKNOWN"
  })
  void isRefusedWithAnEnvelope(String path, int status, String code) throws Exception {
    try (RawClient client = new RawClient(larder.port())) {
      client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      String answer = client.readAll();
      assertThat(answer).startsWith("HTTP/1.1 " + status);
      assertThat(answer).contains("\"code\":\"" + code + "\"");
    }
    assertThat(registry.requests()).isZero();
  }

  @Test
  void aNameThatIsTooLongIsRefused() throws Exception {
    HttpResponse<byte[]> answer = larder.get("/v2/" + "a".repeat(256) + "/manifests/1");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(new String(answer.body(), UTF_8)).contains("NAME_INVALID");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
  void nothingIsPushed(String method) throws Exception {
    HttpResponse<byte[]> answer = larder.send(method, "/v2/a/blobs/uploads/");
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(new String(answer.body(), UTF_8)).contains("UNSUPPORTED");
    assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
    assertThat(registry.requests()).isZero();
  }

  static Stream<String> smuggling() {
    String hidden = "GET /v2/hidden/manifests/1 HTTP/1.1\r\nHost: x\r\n\r\n";
    return Stream.of(
        "GET /v2/ HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            + hidden,
        "POST /v2/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 60\r\n\r\n" + hidden,
        "POST /v2/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"
            + hidden,
        "POST /v2/ HTTP/1.1\r\nHost: x\r\nContent-Length: "
            + hidden.length()
            + "\r\n\r\n"
            + hidden);
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.MethodSource("smuggling")
  void whatHidesBehindARequestIsNotARequest(String request) throws Exception {
    try (RawClient client = new RawClient(larder.port())) {
      client.send(request);
      client.readAll();
    }
    assertThat(larder.events(Event.Served.class))
        .extracting(Event.Served::repository)
        .doesNotContain("hidden", "library/hidden");
    assertThat(registry.requests()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void garbageIsClosedAndOthersAreServed(long seed) throws Exception {
    Random random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      byte[] garbage = new byte[1 << random.nextInt(4, 18)];
      random.nextBytes(garbage);
      try (RawClient client = new RawClient(larder.port())) {
        client.send(new String(garbage, java.nio.charset.StandardCharsets.ISO_8859_1) + "\r\n\r\n");
        client.readAll();
      } catch (java.io.IOException closed) {
        // As well as an answer.
      }
    }
    assertThat(larder.get("/v2/").statusCode()).isEqualTo(200);
    assertThat(larder.events(Event.Served.class))
        .allSatisfy(served -> assertThat(served.status()).isLessThan(500));
  }

  @Test
  void nothingOutsideTheDataDirectoryIsWritten() throws Exception {
    registry.putImage("a", "1", List.of(new GeneratedBlob(1, 10)));
    Path beside = data.resolveSibling(data.getFileName() + "-beside");
    for (String name : List.of("..%2f..", "%2e%2e", "..", "a/../../b")) {
      try (RawClient client = new RawClient(larder.port())) {
        client.send(
            "GET /v2/" + name + "/manifests/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(client.readAll()).startsWith("HTTP/1.1 4");
      }
    }
    assertThat(Files.exists(beside)).isFalse();
    try (Stream<Path> files = Files.list(data)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .isSubsetOf("admin", "blobs", "index", "lock", "origins", "private", "spool", "tags");
    }
  }

  @Test
  void anUnknownDigestIsUnknown() throws Exception {
    HttpResponse<byte[]> answer = larder.get("/v2/a/blobs/sha256:" + HEX);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(new String(answer.body(), UTF_8)).contains("BLOB_UNKNOWN", "docker.io");
  }
}
