package larder.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import larder.bucket.Body;
import larder.bucket.ObjectStore;
import larder.bucket.ObjectStore.Condition;
import larder.s3.S3Bucket;
import larder.s3.S3ObjectStore;
import larder.s3.S3TestServer;
import larder.tiering.Contents;
import larder.tiering.Events;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a person sees who has what is kept checked. */
class FsckCommandTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();

  private int fsck(String bucket, String... more) throws Exception {
    out.getBuffer().setLength(0);
    errors.getBuffer().setLength(0);
    Path config =
        Files.writeString(
            folder.resolve("larder.yaml"),
            "larder:\n  disk: { path: %s }\n  %s\n".formatted(folder.resolve("data"), bucket));
    List<String> arguments = new ArrayList<>(List.of("--config", config.toString()));
    arguments.addAll(List.of(more));
    return Main.prepared(new CommandLine(new FsckCommand()), new PrintWriter(errors, true))
        .setOut(new PrintWriter(out, true))
        .execute(arguments.toArray(String[]::new));
  }

  private static String path(Contents contents) {
    String hex = contents.key().digest().hex();
    return "blobs/sha256/" + hex.substring(0, 2) + "/" + hex;
  }

  @Test
  void inABucketOfS3() throws Exception {
    S3Bucket given = S3TestServer.get().bucket();
    String bucket = BucketSection.of(given);
    Contents right = Contents.of(6 << 20, 1);
    Contents wrong = Contents.of(3_000, 2);
    try (ObjectStore store =
        S3ObjectStore.open(
            given,
            new S3ObjectStore.Limits(8, 8, 1 << 20, 8, 5L << 20),
            Events.NONE,
            InstantSource.system())) {
      var _ = store.put(path(right), Body.of(right.bytes()), new Condition.Absent());
      var _ = store.put(path(wrong), Body.of("no".getBytes(UTF_8)), new Condition.Absent());
      assertThat(fsck(bucket, "--bucket", "--rate", "1GiB")).as(errors.toString()).isEqualTo(1);
      assertThat(out.toString().lines())
          .hasSize(2)
          .first()
          .asString()
          .startsWith("removed  " + path(wrong) + " in the bucket: its 2 bytes are sha256:");
      assertThat(out.toString())
          .endsWith("\n2 objects looked at, %d bytes read: 1 wrong\n".formatted(6 << 20));
      assertThat(store.list("blobs/", ""))
          .singleElement()
          .extracting(ObjectStore.Listed::key)
          .isEqualTo(path(right));
      assertThat(fsck(bucket)).isZero();
      assertThat(out.toString())
          .endsWith("\n1 objects looked at, %d bytes read: 0 wrong\n".formatted(6 << 20));
    }
    assertThat(fsck(bucket.replace(given.name(), "not-there"))).isEqualTo(1);
    assertThat(errors.toString())
        .contains("larder bucket init")
        .doesNotContain(given.key().orElseThrow().secret())
        .hasLineCount(1);
  }

  @Test
  void aSampleTellsItsSeed() throws Exception {
    Path shared = folder.resolve("shared");
    for (int i = 0; i < 100; i++) {
      Path file = shared.resolve(path(Contents.of(10, i)));
      Files.createDirectories(file.getParent());
      Files.writeString(file, i % 2 == 0 ? "wrong" : "");
    }
    String bucket = "bucket: { path: " + shared + " }";
    assertThat(fsck(bucket, "--bucket", "--sample", "25")).isEqualTo(1);
    String first = out.toString().lines().findFirst().orElseThrow();
    assertThat(first).startsWith("a sample of 25.0 %, with --seed ");
    String seed = first.substring(first.lastIndexOf(' ') + 1);
    assertThat(fsck(bucket, "--bucket", "--sample", "25", "--seed", seed)).isZero();
    assertThat(fsck(bucket, "--bucket")).as("the rest").isEqualTo(1);
  }

  @Test
  void whatMakesNoSense() throws Exception {
    assertThat(fsck("", "--bucket")).isEqualTo(2);
    assertThat(errors.toString()).contains("larder.bucket.name").hasLineCount(1);
    assertThat(fsck("", "--rate", "fast")).isEqualTo(2);
    assertThat(errors.toString()).contains("--rate: 'fast'").hasLineCount(1);
    for (String sample : List.of("0", "101", "-1", "NaN")) {
      assertThat(fsck("", "--sample", sample)).isEqualTo(2);
      assertThat(errors.toString()).contains("--sample").hasLineCount(1);
    }
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void aLogIsToldNowAndThen() {
    AtomicLong now = new AtomicLong();
    ProgressLine.Lines lines = new ProgressLine.Lines(new PrintWriter(errors), now::get);
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      lines.reached("bucket blobs/", i / 1000.0, i, 5L << 20);
      now.addAndGet(random.nextLong(Duration.ofMillis(200).toNanos()));
    }
    // 100 seconds, in expectation.
    assertThat(errors.toString()).hasLineCount(3);
    assertThat(errors.toString())
        .startsWith("larder: bucket blobs/ ")
        .contains(" objects, 5 MiB\n");
  }
}
