package larder.fs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import larder.fsck.Findings;
import larder.fsck.Sample;
import larder.fsck.Throttle;
import larder.fsck.Wrong;
import larder.fsck.Wrong.Fate;
import larder.tiering.BlobKey;
import larder.tiering.Contents;
import larder.tiering.Digest;
import larder.tiering.DiskThreads;
import larder.tiering.Space;
import larder.tiering.Tag;
import larder.tiering.TagRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of damage to files is found, and what is right stays. */
class DirectoryCheckTest {
  @TempDir Path root;
  private OpenDirectory open;
  private final Findings findings = new Findings();

  @BeforeEach
  void open() throws IOException {
    open = OpenDirectory.open(root);
  }

  @AfterEach
  void close() throws IOException {
    open.close();
  }

  private BlobKey put(int seed) throws IOException {
    return open.put(Contents.of(5_000, seed).bytes());
  }

  private BlobKey put(BlobKey key, byte[] bytes) throws IOException {
    open.store().put(key, open.spooled(bytes));
    return key;
  }

  private Path file(BlobKey key) {
    return open.directory().place(key);
  }

  private DirectoryCheck check(Sample sample) {
    return new DirectoryCheck(open.directory(), open.store(), sample, Throttle.none(), findings);
  }

  private void check() throws IOException {
    check(Sample.all()).run();
  }

  @Test
  void whatIsRightStaysAndIsTrusted() throws Exception {
    byte[] bytes = Contents.of(100_000, 2).bytes();
    BlobKey known = put(1);
    BlobKey restored = put(2);
    BlobKey ours =
        put(
            new BlobKey(
                new Space.Private("ours.example:5000"), Digest.of(Digest.Algorithm.SHA512, bytes)),
            bytes);
    Damage.touch(file(restored), Files.getLastModifiedTime(file(restored)));
    assertThat(open.trusts(restored)).isFalse();
    check();
    assertThat(findings.wrong).isEmpty();
    assertThat(findings.right).hasValue(3);
    assertThat(findings.bytes).hasValue(110_000);
    for (BlobKey each : List.of(known, restored, ours)) {
      assertThat(open.trusts(each)).isTrue();
    }
    assertThat(findings.parts).isNotEmpty().allMatch(part -> part > 0 && part <= 1);
  }

  @Test
  void whatIsWrongIsRemoved() throws Exception {
    BlobKey flipped = put(1);
    Damage.flip(file(flipped), 2_500);
    BlobKey cut = put(2);
    Files.write(file(cut), Contents.of(4_999, 2).bytes());
    BlobKey emptied = put(3);
    Files.write(file(emptied), new byte[0]);
    BlobKey folder = put(4);
    Files.delete(file(folder));
    Files.createDirectories(file(folder).resolve("below"));
    BlobKey link = put(5);
    Path elsewhere = Files.write(root.resolve("elsewhere"), Contents.of(5_000, 5).bytes());
    Files.delete(file(link));
    Files.createSymbolicLink(file(link), elsewhere);
    BlobKey ours = new BlobKey(new Space.Private("ours.example"), flipped.digest());
    var _ = put(ours, Contents.of(5_000, 1).bytes());
    Damage.flip(file(ours), 0);
    BlobKey right = put(6);
    check();
    List<BlobKey> damaged = List.of(flipped, cut, emptied, folder, link, ours);
    assertThat(findings.names(Fate.REMOVED))
        .containsExactlyInAnyOrderElementsOf(
            damaged.stream().map(BlobKey::toString).sorted().toList());
    assertThat(findings.wrong)
        .hasSize(6)
        .extracting(Wrong::blob)
        .contains(Optional.of(new Wrong.Kept(ours, false)));
    for (BlobKey each : damaged) {
      assertThat(open.store().find(each)).isEmpty();
      assertThat(file(each)).doesNotExist();
    }
    assertThat(elsewhere).as("what a link led to").exists();
    assertThat(open.trusts(right)).isTrue();
  }

  /** Rot that leaves no trace in the inode: the record vouches for the file, the hash does not. */
  @Test
  void aTrustedFileIsHashedToo() throws Exception {
    BlobKey key = put(1);
    open.store().awaitDurable();
    byte[] wrong = Contents.of(5_000, 9).bytes();
    Files.write(file(key), wrong);
    open.store().put(key, open.spooled(wrong));
    assertThat(open.trusts(key)).isTrue();
    check();
    assertThat(findings.names(Fate.REMOVED)).containsExactly(key.toString());
  }

  @Test
  void whatIsInAWrongPlaceIsLeft() throws Exception {
    BlobKey key = put(1);
    String hex = key.digest().hex();
    Path blobs = root.resolve("blobs");
    Path other = blobs.resolve("sha256").resolve(hex.startsWith("00") ? "01" : "00");
    Files.createDirectories(other);
    Files.copy(file(key), other.resolve(hex));
    Files.writeString(file(key).resolveSibling("notes"), "");
    Files.writeString(blobs.resolve("sha256/readme"), "");
    Files.createDirectories(blobs.resolve("md5/00"));
    Files.writeString(root.resolve("private/README"), "");
    check();
    assertThat(findings.names(Fate.LEFT))
        .containsExactlyInAnyOrder(
            root.relativize(other.resolve(hex)).toString(),
            root.relativize(file(key).resolveSibling("notes")).toString(),
            "blobs/sha256/readme",
            "blobs/md5",
            "private/README");
    assertThat(findings.wrong).hasSize(5);
    assertThat(other.resolve(hex)).exists();
    assertThat(open.trusts(key)).isTrue();
  }

  @Test
  void aSampleIsTheSameForASeed() throws Exception {
    for (int i = 0; i < 100; i++) {
      Damage.flip(file(put(i)), 1);
    }
    check(new Sample(20, 5)).run();
    List<String> first = findings.names(Fate.REMOVED);
    assertThat(first).hasSizeBetween(5, 45);
    check(new Sample(20, 5)).run();
    assertThat(findings.wrong).as("which are gone now").hasSameSizeAs(first);
    check(Sample.all()).run();
    assertThat(findings.wrong).hasSize(100);
  }

  @Test
  void recordsOfTagsThatAreTornAreRemoved() throws Exception {
    FileTagStore tags =
        new FileTagStore(
            open.directory(),
            Map.of("hub.example", URI.create("https://hub.example")),
            new DiskThreads());
    TagRecord record =
        new TagRecord(
            Digest.of(Digest.Algorithm.SHA256, "x".getBytes(UTF_8)),
            "a/b",
            1,
            OpenDirectory.NOW,
            OpenDirectory.NOW);
    Tag right = new Tag("hub.example", "team/app", "right");
    Tag torn = new Tag("hub.example", "team/app", "torn");
    tags.put(right, record);
    tags.put(torn, record);
    try (var files = Files.walk(root.resolve("tags"))) {
      Path file = files.filter(each -> each.endsWith("torn")).findFirst().orElseThrow();
      Files.writeString(file, Files.readString(file).substring(0, 80));
    }
    check(Sample.all()).run(tags, "hub.example");
    assertThat(findings.names(Fate.REMOVED)).containsExactly(torn.toString());
    assertThat(findings.right).hasValue(1);
    assertThat(tags.find(right)).contains(record);
  }
}
