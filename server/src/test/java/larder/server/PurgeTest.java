package larder.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import larder.fs.DataDirectory;
import larder.registry.PurgeRequest;
import larder.tiering.Digest;
import larder.tiering.Event;
import larder.upstream.Fault;
import larder.upstream.GeneratedBlob;
import larder.upstream.Received;
import larder.upstream.TestRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is purged is kept no more, by a larder that runs and by one that does not. */
class PurgeTest {
  private static final String ACCEPT = "application/vnd.oci.image.manifest.v1+json";

  @TempDir Path data;
  @TempDir Path secrets;
  private TestRegistry hub;
  private TestRegistry ours;
  private RunningLarder larder;
  private final GeneratedBlob layer = new GeneratedBlob(1, 300_000);
  private final GeneratedBlob other = new GeneratedBlob(2, 200_000);

  @BeforeEach
  void start() throws Exception {
    hub = TestRegistry.start();
    ours = TestRegistry.start();
    Files.writeString(secrets.resolve("admin"), "token-of-the-operators\n");
    larder = new RunningLarder(data);
    larder.adminToken = Optional.of(secrets.resolve("admin"));
    larder.upstreams.add(RunningLarder.upstream("docker.io", true, hub.url(), List.of()));
    larder.upstreams.add(
        RunningLarder.privately(
            RunningLarder.upstream("ours.example", false, ours.url(), List.of()), true));
    larder.start();
    hub.putImage("library/app", "1", List.of(layer));
    hub.putImage("library/app", "2", List.of(other));
    ours.putImage("team/app", "1", List.of(layer));
  }

  @AfterEach
  void stop() throws Exception {
    larder.close();
    hub.close();
    ours.close();
  }

  private void pullAll() throws Exception {
    pull("ours.example/team/app", "1", layer);
    pull("app", "1", layer);
    pull("app", "2", other);
    RunningLarder.until("kept", _ -> larder.events(Event.Filled.class).size() == 3);
    larder.restart(); // manifests are on disk now
    hub.resetCounts();
    ours.resetCounts();
  }

  private void pull(String name, String tag, GeneratedBlob blob) throws IOException {
    assertThat(larder.get("/v2/" + name + "/manifests/" + tag, "Accept", ACCEPT).statusCode())
        .isEqualTo(200);
    assertThat(larder.get("/v2/" + name + "/blobs/" + blob.digest()).body())
        .hasSize((int) blob.size());
  }

  private String purge(String query) throws IOException {
    HttpResponse<byte[]> answer =
        larder.adminPost("/purge?" + query, "Authorization", "Bearer token-of-the-operators");
    assertThat(answer.statusCode()).isEqualTo(200);
    return new String(answer.body(), UTF_8);
  }

  private boolean purgedAndRefused(GeneratedBlob blob, String path) {
    try {
      assertThat(purge("what=" + blob.digest())).startsWith("0 tags and 0 blobs");
      return headed(path) == 403;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int headed(String path) {
    try {
      return larder.head(path).statusCode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long manifestsAsked() {
    return hub.count(Received::isManifest) + ours.count(Received::isManifest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"app:1", "docker.io/library/app:1", "alias-of-docker.io/app:1"})
  void anImageGoesWithWhatItIsMadeOf(String image) throws Exception {
    pullAll();
    assertThat(purge("what=" + image)).startsWith("1 tags and 2 blobs of 300");
    pull("app", "2", other);
    pull("ours.example/team/app", "1", layer);
    assertThat(hub.received()).isEmpty();
    assertThat(ours.received()).isEmpty();

    pull("app", "1", layer);
    assertThat(manifestsAsked()).isEqualTo(1);
    assertThat(hub.payloadBytes(layer.digest())).isEqualTo(layer.size());
  }

  @Test
  void aRepositoryIsAllOfItsTags() throws Exception {
    pullAll();
    assertThat(purge("what=app")).startsWith("2 tags and 4 blobs of 500");
  }

  @Test
  void aDigestGoesFromEverySpace() throws Exception {
    pullAll();
    assertThat(purge("what=" + layer.digest()))
        .isEqualTo("0 tags and 2 blobs of 600000 bytes are kept no more\n");
    pull("ours.example/team/app", "1", layer);
    assertThat(ours.payloadBytes(layer.digest())).isEqualTo(layer.size());
  }

  @Test
  void aTagThatMeansADigestGoesWithIt() throws Exception {
    pullAll();
    String image =
        larder
            .head("/v2/app/manifests/1", "Accept", ACCEPT)
            .headers()
            .firstValue("Docker-Content-Digest")
            .orElseThrow();
    assertThat(purge("what=app@" + image)).startsWith("1 tags and 2 blobs of 300");
    assertThat(purge("what=" + image)).startsWith("1 tags and 1 blobs of ");
    hub.script().always(_ -> true, new Fault.Status(500, "", ""));
    ours.script().always(_ -> true, new Fault.Status(500, "", ""));
    assertThat(larder.head("/v2/app/manifests/1", "Accept", ACCEPT).statusCode()).isEqualTo(502);
    assertThat(larder.head("/v2/ours.example/team/app/manifests/1").statusCode()).isEqualTo(502);
    assertThat(larder.head("/v2/app/manifests/2", "Accept", ACCEPT).statusCode()).isEqualTo(200);
  }

  @Test
  void whatCameBeforeUpstreamBrokeGoesToo() throws Exception {
    GeneratedBlob large = new GeneratedBlob(7, 3_000_000);
    hub.putImage("library/large", "1", List.of(large));
    hub.script().once(Received::isBlob, new Fault.Cut(1_000_000, true));
    hub.script().always(Received::isBlob, new Fault.Status(403, "", ""));
    String path = "/v2/large/blobs/" + large.digest();
    assertThatThrownBy(() -> larder.get(path)).isInstanceOf(IOException.class);
    RunningLarder.until("what came waits", _ -> headed(path) == 200);
    RunningLarder.until("no more of it is told", _ -> purgedAndRefused(large, path));
    assertThat(larder.get(path).statusCode()).isEqualTo(403);
  }

  @Test
  void aManifestInMemoryGoesToo() throws Exception {
    Digest image = hub.putImage("library/app", "3", List.of(layer));
    larder.get("/v2/app/manifests/" + image);
    purge("what=app@" + image);
    larder.get("/v2/app/manifests/" + image);
    assertThat(manifestsAsked()).isEqualTo(2);
  }

  @Test
  void aPrivateUpstreamGoesAsAWhole() throws Exception {
    pullAll();
    assertThat(purge("upstream=ours.example")).startsWith("1 tags and 2 blobs of 300");
    try (var left = Files.walk(data.resolve("private"))) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
    pull("app", "1", layer);
    assertThat(hub.received()).isEmpty();
    assertThat(larder.head("/v2/ours.example/team/app/manifests/1").statusCode()).isEqualTo(200);
    assertThat(manifestsAsked()).as("of ours, since its tag is gone").isEqualTo(1);
  }

  @Test
  void aPublicUpstreamGoesAsFarAsItsTagsLead() throws Exception {
    pullAll();
    assertThat(purge("upstream=docker.io")).startsWith("2 tags and 4 blobs of 500");
  }

  @Test
  void atRestItIsTheSame() throws Exception {
    pullAll();
    assertThatThrownBy(() -> PurgeAtRest.run(larder.config(), PurgeRequest.of("app:1")))
        .isInstanceOf(DataDirectory.InUseException.class);
    larder.close();
    assertThat(PurgeAtRest.run(larder.config(), PurgeRequest.of("app:1")))
        .startsWith("1 tags and 2 blobs of 300");
    larder.start();
    pull("app", "2", other);
    assertThat(hub.received()).isEmpty();
    pull("app", "1", layer);
    assertThat(hub.payloadBytes(layer.digest())).isEqualTo(layer.size());
  }

  @Test
  void whoMayReadTheDataDirectoryMayPurge() throws Exception {
    pullAll();
    assertThat(PurgeOfRunning.run(data, "what", "app:1")).startsWith("1 tags and 2 blobs");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("admin"))))
        .isEqualTo("rw-------");
    larder.close();
    assertThat(data.resolve("admin")).doesNotExist();
    larder.start();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer ",
        "Bearer wrong",
        "token-of-the-operators",
        "Basic token-of-the-operators"
      })
  void withoutTheTokenNothingIsPurged(String authorization) throws Exception {
    pullAll();
    HttpResponse<byte[]> answer =
        authorization.isEmpty()
            ? larder.adminPost("/purge?what=app")
            : larder.adminPost("/purge?what=app", "Authorization", authorization);
    assertThat(answer.statusCode()).isEqualTo(401);
    pull("app", "1", layer);
    assertThat(hub.received()).isEmpty();
  }

  @Test
  void whatCannotBeMeantIsSaid() throws Exception {
    String[] token = {"Authorization", "Bearer token-of-the-operators"};
    assertThat(larder.adminPost("/purge", token).statusCode()).isEqualTo(400);
    assertThat(larder.adminPost("/purge?what=a&upstream=b", token).statusCode()).isEqualTo(400);
    assertThat(larder.adminPost("/purge?upstream=nowhere.example", token).statusCode())
        .isEqualTo(404);
    assertThat(larder.adminPost("/purge?what=nowhere.example/a:1", token).statusCode())
        .isEqualTo(404);
    assertThat(larder.adminPost("/purge?what=A:1", token).statusCode()).isEqualTo(404);
    assertThat(purge("what=app:none")).startsWith("0 tags and 0 blobs");
  }
}
