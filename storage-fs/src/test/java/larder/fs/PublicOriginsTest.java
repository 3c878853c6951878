package larder.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import larder.fs.PublicOrigins.Origin;
import larder.tiering.BlobKey;
import larder.tiering.Digest;
import larder.tiering.Space;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was kept as public, when upstreams become private. */
class PublicOriginsTest {
  private static final Origin HUB = new Origin("docker.io", "", Set.of("hub.example"));
  private static final Origin HUB_OF_BOB = new Origin("docker.io", "bob", Set.of("hub.example"));
  private static final Origin OURS = new Origin("ours", "bob", Set.of("ours.example"));
  private static final Origin THEIRS = new Origin("theirs", "", Set.of("theirs.example"));
  private static final Digest DIGEST = Digest.of(Digest.Algorithm.SHA256, new byte[] {1});

  @TempDir Path folder;
  private DataDirectory directory;

  @BeforeEach
  void open() throws Exception {
    directory = DataDirectory.open(folder, InstantSource.system());
  }

  @AfterEach
  void close() throws Exception {
    directory.close();
  }

  private Path publicBlob() {
    return directory.place(BlobKey.of(DIGEST));
  }

  private Path blobOf(Origin upstream) {
    return directory.place(new BlobKey(new Space.Private(upstream.name()), DIGEST));
  }

  private void keepPublicBlob() throws IOException {
    Files.createDirectories(publicBlob().getParent());
    Files.write(publicBlob(), new byte[] {1});
  }

  private void settle(List<Origin> open, List<Origin> closed) throws IOException {
    PublicOrigins.settle(directory, open, closed);
  }

  @Test
  void whatMayBeOfAnUpstreamThatHasBecomePrivateIsItsOwnFromThenOn() throws Exception {
    settle(List.of(HUB, OURS), List.of());
    keepPublicBlob();
    settle(List.of(HUB), List.of(OURS));
    assertThat(publicBlob()).doesNotExist();
    assertThat(blobOf(OURS)).exists();
  }

  @Test
  void itIsMovedOnce() throws Exception {
    settle(List.of(HUB, OURS), List.of());
    keepPublicBlob();
    settle(List.of(HUB), List.of(OURS));
    keepPublicBlob();
    settle(List.of(HUB), List.of(OURS));
    assertThat(publicBlob()).exists();
  }

  @Test
  void whatMayBeOfTwoIsRemoved() throws Exception {
    settle(List.of(HUB, OURS, THEIRS), List.of());
    keepPublicBlob();
    settle(List.of(HUB), List.of(OURS, THEIRS));
    assertThat(publicBlob()).doesNotExist();
    assertThat(blobOf(OURS)).doesNotExist();
    assertThat(blobOf(THEIRS)).doesNotExist();
  }

  @Test
  void itIsRemovedWhereTheUpstreamHasBlobsFromBefore() throws Exception {
    settle(List.of(HUB, OURS), List.of());
    keepPublicBlob();
    Path before = blobOf(OURS).resolveSibling("before");
    Files.createDirectories(before.getParent());
    Files.writeString(before, "x");
    settle(List.of(HUB), List.of(OURS));
    assertThat(publicBlob()).doesNotExist();
    assertThat(blobOf(OURS)).doesNotExist();
    assertThat(before).exists();
  }

  @Test
  void anUpstreamThatWasRemovedIsRemembered() throws Exception {
    settle(List.of(HUB, OURS), List.of());
    keepPublicBlob();
    settle(List.of(HUB), List.of());
    settle(List.of(HUB), List.of(OURS));
    assertThat(publicBlob()).doesNotExist();
  }

  @Test
  void anotherNameForTheSameHostIsTheSameUpstream() throws Exception {
    settle(List.of(HUB, OURS), List.of());
    keepPublicBlob();
    settle(List.of(HUB), List.of(new Origin("renamed", "bob", OURS.hosts())));
    assertThat(publicBlob()).doesNotExist();
  }

  @Test
  void aPrivateUpstreamThatWasNeverPublicMovesNothing() throws Exception {
    settle(List.of(HUB), List.of());
    keepPublicBlob();
    settle(List.of(HUB), List.of(OURS, new Origin("hub-of-bob", "bob", HUB.hosts())));
    assertThat(publicBlob()).exists();
  }

  @Test
  void anotherLoginIsAnotherOrigin() throws Exception {
    settle(List.of(HUB_OF_BOB), List.of());
    keepPublicBlob();
    settle(List.of(HUB), List.of(new Origin("hub-of-bob", "bob", HUB.hosts())));
    assertThat(publicBlob()).doesNotExist();
  }

  @Test
  void aMirrorLessMovesNothing() throws Exception {
    settle(
        List.of(new Origin("docker.io", "", Set.of("hub.example", "mirror.example"))), List.of());
    keepPublicBlob();
    settle(List.of(HUB), List.of(new Origin("hub-of-bob", "bob", HUB.hosts())));
    assertThat(publicBlob()).exists();
  }

  @Test
  void whereNothingIsKnownAnythingMayBePrivate() throws Exception {
    settle(List.of(HUB), List.of());
    keepPublicBlob();
    for (String record : List.of("", "docker.io", "garbage\nend\n")) {
      Files.writeString(folder.resolve("origins"), record);
      keepPublicBlob();
      settle(List.of(HUB), List.of(OURS));
      assertThat(publicBlob()).as("after '" + record + "'").doesNotExist();
    }
    assertThat(Files.readString(folder.resolve("origins"))).contains("hub.example");
  }

  @Test
  void aNoteThatCannotBeRenewedIsNotBelieved() throws Exception {
    settle(List.of(HUB), List.of());
    Path draft = Files.createDirectories(directory.spool().resolve("origins"));
    settle(List.of(HUB, OURS), List.of());
    keepPublicBlob();
    Files.delete(draft);
    settle(List.of(HUB), List.of(OURS));
    assertThat(publicBlob()).doesNotExist();
  }

  @Test
  void aNoteThatCanNeitherBeRenewedNorRemovedStopsTheStart() throws Exception {
    Files.createDirectories(folder.resolve("origins/full"));
    assertThatIOException()
        .isThrownBy(() -> settle(List.of(HUB), List.of()))
        .withMessageContaining("let larder's user write to " + folder.resolve("origins"));
  }

  @Test
  void foldersWithoutBlobsAreNothing() throws Exception {
    settle(List.of(HUB, OURS), List.of());
    keepPublicBlob();
    Files.createDirectories(blobOf(OURS).getParent());
    settle(List.of(HUB), List.of(OURS));
    assertThat(blobOf(OURS)).exists();
  }

  @Test
  void whatCannotBeSeenMayBeThereAndStopsNothingWhereNothingIsPrivate() throws Exception {
    settle(List.of(HUB, OURS), List.of());
    Path blobs = folder.resolve("blobs");
    Files.delete(blobs);
    Files.writeString(blobs, "no folder");
    settle(List.of(HUB, OURS), List.of());
    settle(List.of(HUB), List.of(OURS));
    assertThat(blobs).isDirectory();
  }

  @Test
  void withoutPrivateUpstreamsNothingIsMoved() throws Exception {
    keepPublicBlob();
    settle(List.of(HUB), List.of());
    assertThat(publicBlob()).exists();
  }

  @Test
  void noLoginIsWrittenDown() throws Exception {
    settle(List.of(new Origin("ours", "planted-login", Set.of("ours.example"))), List.of());
    assertThat(Files.readString(folder.resolve("origins"))).doesNotContain("planted-login");
  }
}
