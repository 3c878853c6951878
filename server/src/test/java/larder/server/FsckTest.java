package larder.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import larder.config.BucketConfig;
import larder.config.Secret;
import larder.fsck.Sample;
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

/** What became wrong on the disk and in the bucket is found, and made right where that can be. */
class FsckTest {
  private static final String MANIFEST = "/v2/app/manifests/1";

  @TempDir Path data;
  @TempDir Path bucket;
  private final GeneratedBlob layer = new GeneratedBlob(3, 2_000_000);
  private final GeneratedBlob secret = new GeneratedBlob(4, 300_000);
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private TestRegistry hub;
  private TestRegistry ours;

  @BeforeEach
  void start() throws Exception {
    hub = TestRegistry.start();
    hub.putImage("library/app", "1", List.of(layer));
    ours = TestRegistry.start();
    ours.putImage("team/app", "1", List.of(secret));
  }

  @AfterEach
  void stop() throws IOException {
    hub.close();
    ours.close();
  }

  private RunningLarder larder() {
    RunningLarder larder = new RunningLarder(data);
    larder.upstreams.add(RunningLarder.upstream("docker.io", true, hub.url(), List.of()));
    larder.upstreams.add(
        RunningLarder.privately(
            RunningLarder.upstream("ours.example", false, ours.url(), List.of()), true));
    larder.bucket = Optional.of(new BucketConfig.Directory(bucket));
    larder.fleetKey = Optional.of(new Secret("0123456789abcdef0123456789abcdef"));
    return larder;
  }

  /** Both images are on the disk and in the bucket, and nobody runs. */
  private RunningLarder filled() throws Exception {
    RunningLarder larder = larder();
    try (larder) {
      larder.start();
      for (String path :
          List.of(
              MANIFEST,
              "/v2/app/blobs/" + layer.digest(),
              "/v2/ours.example/team/app/manifests/1",
              "/v2/ours.example/team/app/blobs/" + secret.digest())) {
        assertThat(larder.get(path).statusCode()).as(path).isEqualTo(200);
      }
      RunningLarder.until("all is in the bucket", _ -> files(bucket).size() == 6);
      RunningLarder.until(
          "manifests and layers are on the disk", _ -> files(data.resolve("blobs")).size() == 2);
    }
    return larder;
  }

  private static List<Path> files(Path folder) {
    try (var all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.toString().contains("/."))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Path file(Path folder, Digest digest) {
    return files(folder).stream()
        .filter(each -> each.endsWith(digest.hex()))
        .findFirst()
        .orElseThrow();
  }

  private Digest manifest() {
    return files(bucket.resolve("manifests")).stream()
        .map(each -> Digest.parse("sha256:" + each.getFileName()).orElseThrow())
        .findFirst()
        .orElseThrow();
  }

  private static void flip(Path file) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      int was = bytes.read();
      bytes.seek(0);
      bytes.write(was ^ 1);
    }
  }

  private Fsck.Outcome fsck(RunningLarder larder, boolean disk, boolean shared, boolean repair)
      throws IOException {
    lines.clear();
    return Fsck.run(
        larder.config(),
        new Fsck.Wanted(disk, shared, Sample.all(), OptionalLong.empty(), repair),
        new Fsck.Watcher() {
          @Override
          public void line(String text) {
            lines.add(text);
          }

          @Override
          public void reached(String where, double part, long objects, long bytes) {
            assertThat(part).isBetween(0.0, 1.0);
          }
        });
  }

  @Test
  void aRunningLarderFindsItByItself() throws Exception {
    RunningLarder larder = filled();
    Path rotten = file(data, layer.digest());
    flip(rotten);
    larder.scrub = 1 << 30;
    try (larder) {
      larder.start();
      RunningLarder.until("it is found", _ -> !Files.exists(rotten));
      long kept = size(data.resolve("blobs")) + size(data.resolve("private")) + layer.size();
      RunningLarder.until("all is read", _ -> scrubbed(larder) == kept);
      assertThat(larder.events.stream().filter(Event.Damaged.class::isInstance)).hasSize(1);
      assertThat(larder.admin("/metrics"))
          .containsPattern("larder_scrubbed_bytes_total\\{.*tier=\"disk\"} " + (double) kept)
          .containsPattern("larder_damaged_blobs_total\\{.*tier=\"disk\"} 1.0");
      byte[] again = larder.get("/v2/app/blobs/" + layer.digest()).body();
      assertThat(Digest.of(Digest.Algorithm.SHA256, again)).isEqualTo(layer.digest());
    }
  }

  private static long scrubbed(RunningLarder larder) {
    return larder.events.stream()
        .filter(Event.Scrubbed.class::isInstance)
        .mapToLong(each -> ((Event.Scrubbed) each).bytes())
        .sum();
  }

  private static long size(Path folder) {
    return files(folder).stream().mapToLong(file -> file.toFile().length()).sum();
  }

  @Test
  void whatIsRightIsCounted() throws Exception {
    RunningLarder larder = filled();
    long asked = hub.requests() + ours.requests();
    Fsck.Outcome outcome = fsck(larder, true, true, false);
    assertThat(lines).isEmpty();
    assertThat(hub.requests() + ours.requests()).isEqualTo(asked);
    assertThat(outcome.wrong()).isZero();
    // Layer, manifest and tag of each, twice.
    assertThat(outcome.objects()).isEqualTo(12);
    assertThat(outcome.bytes()).isGreaterThan(2 * 2_300_000);
  }

  @Test
  void whatIsWrongIsRemovedAndFetchedAgain() throws Exception {
    RunningLarder larder = filled();
    flip(file(data, layer.digest()));
    flip(file(bucket, layer.digest()));
    Fsck.Outcome outcome = fsck(larder, true, true, false);
    assertThat(outcome.wrong()).isEqualTo(2);
    assertThat(lines)
        .hasSize(2)
        .allMatch(line -> line.startsWith("removed  ") && line.contains(layer.digest().hex()));
    assertThat(fsck(larder, true, true, false).wrong()).as("it is gone").isZero();
    long before = hub.payloadBytes(layer.digest());
    try (RunningLarder again = larder()) {
      again.start();
      assertThat(again.get("/v2/app/blobs/" + layer.digest()).body())
          .isEqualTo(layer.from(0).readAllBytes());
    }
    assertThat(hub.payloadBytes(layer.digest())).isEqualTo(before + layer.size());
  }

  @Test
  void theOtherPlaceRepairsWithoutUpstream() throws Exception {
    RunningLarder larder = filled();
    Digest manifest = manifest();
    flip(file(data, layer.digest()));
    flip(file(bucket, manifest));
    flip(file(bucket, secret.digest()));
    hub.script().always(_ -> true, new Fault.Status(500, "", ""));
    ours.script().always(_ -> true, new Fault.Status(500, "", ""));
    Fsck.Outcome outcome = fsck(larder, true, true, true);
    assertThat(outcome.wrong()).isEqualTo(3);
    assertThat(outcome.unrepaired()).isZero();
    assertThat(lines).filteredOn(line -> line.startsWith("repaired  ")).hasSize(3);
    assertThat(fsck(larder, true, true, false).objects()).as("all is there again").isEqualTo(12);
    assertThat(lines).isEmpty();
  }

  /** Tags lead to manifests, and these to blobs. */
  @Test
  void upstreamRepairsWhatTagsLeadTo() throws Exception {
    RunningLarder larder = filled();
    for (Path place : List.of(data, bucket)) {
      for (Path each : files(place)) {
        if (each.toString().contains("/sha256/")) {
          flip(each);
        }
      }
    }
    long before = hub.payloadBytes(layer.digest());
    Fsck.Outcome outcome = fsck(larder, true, true, true);
    assertThat(outcome.wrong()).isEqualTo(8);
    assertThat(lines).filteredOn(line -> line.startsWith("not repaired")).isEmpty();
    assertThat(outcome.unrepaired()).isZero();
    assertThat(lines)
        .anyMatch(
            line -> line.equals("repaired  " + layer.digest() + " from docker.io/library/app"))
        .anyMatch(line ->
            line.equals(
                "repaired  ours.example/" + secret.digest() + " from ours.example/team/app"));
    assertThat(hub.payloadBytes(layer.digest()))
        .as("once for both")
        .isEqualTo(before + layer.size());
    assertThat(fsck(larder, true, true, false).objects()).isEqualTo(12);
    assertThat(lines).isEmpty();
  }

  @Test
  void whatNobodyHasIsSaid() throws Exception {
    RunningLarder larder = filled();
    for (Path each : files(data.resolve("tags"))) {
      Files.delete(each);
    }
    for (Path each : files(bucket.resolve("tags"))) {
      Files.delete(each);
    }
    flip(file(data, layer.digest()));
    flip(file(bucket, layer.digest()));
    Fsck.Outcome outcome = fsck(larder, true, true, true);
    assertThat(outcome.unrepaired()).isEqualTo(1);
    assertThat(lines)
        .last()
        .asString()
        .startsWith("not repaired  " + layer.digest() + ": no tag")
        .doesNotContain("\n");
  }

  /** Nothing of what upstream gives is kept. */
  @Test
  void wrongBytesOfUpstreamRepairNothing() throws Exception {
    RunningLarder larder = filled();
    flip(file(data, layer.digest()));
    flip(file(bucket, layer.digest()));
    hub.script().always(Received::isBlob, new Fault.Flip(100));
    Fsck.Outcome outcome = fsck(larder, true, true, true);
    assertThat(outcome.unrepaired()).isEqualTo(1);
    assertThat(lines).last().asString().contains("what came is wrong");
    assertThat(files(data)).noneMatch(each -> each.endsWith(layer.digest().hex()));
    assertThat(files(data.resolve("spool"))).isEmpty();
  }

  @Test
  void aPrivateUpstreamsBlobIsNotMadePublic() throws Exception {
    RunningLarder larder = filled();
    flip(file(data.resolve("private"), secret.digest()));
    flip(file(bucket.resolve("private"), secret.digest()));
    assertThat(fsck(larder, true, true, true).unrepaired()).isZero();
    assertThat(files(data.resolve("blobs")))
        .noneMatch(each -> each.endsWith(secret.digest().hex()));
    assertThat(files(bucket.resolve("blobs")))
        .noneMatch(each -> each.endsWith(secret.digest().hex()));
    assertThat(file(data.resolve("private"), secret.digest())).hasSize(secret.size());
  }

  @Test
  void besideALarderThatRunsTheDiskIsLeftOut() throws Exception {
    RunningLarder larder = larder();
    larder.bucket = Optional.empty();
    try (larder) {
      larder.start();
      assertThatIOException()
          .isThrownBy(() -> fsck(larder, true, false, false))
          .withMessageContaining("stop it to check its disk");
      RunningLarder other = larder();
      assertThat(fsck(other, true, true, false).wrong()).isZero();
      assertThat(lines).singleElement().asString().contains("the disk is left out");
      assertThat(fsck(other, false, true, true).wrong()).isZero();
      assertThat(lines).isEmpty();
    }
  }

  @Test
  void nothingIsMadeWhereNothingIs() throws Exception {
    RunningLarder larder = new RunningLarder(data.resolve("none"));
    larder.upstreams.add(RunningLarder.upstream("docker.io", true, hub.url(), List.of()));
    assertThat(fsck(larder, true, true, true).objects()).isZero();
    assertThat(data.resolve("none")).doesNotExist();
  }
}
