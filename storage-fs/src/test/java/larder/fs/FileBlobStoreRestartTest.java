package larder.fs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import larder.fs.PausingDisk.Pause;
import larder.fs.PausingDisk.Phase;
import larder.tiering.BlobKey;
import larder.tiering.BlobStore.StoredBlob;
import larder.tiering.Digest;
import larder.tiering.Space;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one process knows of what an earlier one did. */
final class FileBlobStoreRestartTest {
  private static final byte[] BYTES = "the right bytes".getBytes(UTF_8);
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path root;

  @Test
  void afterACleanStopAllIsTrusted() throws IOException {
    BlobKey key;
    BlobKey hidden =
        new BlobKey(
            new Space.Private("registry.corp:5000"), Digest.of(Digest.Algorithm.SHA512, BYTES));
    try (OpenDirectory open = OpenDirectory.open(root)) {
      key = open.put(BYTES);
      open.store().put(hidden, open.spooled(BYTES));
    }
    try (OpenDirectory open = OpenDirectory.open(root)) {
      assertThat(open.trusts(key)).isTrue();
      assertThat(open.trusts(hidden)).isTrue();
    }
  }

  @Test
  void recencyOutlivesACleanStop() throws IOException {
    Instant then = OpenDirectory.NOW.plusSeconds(3600);
    BlobKey read;
    BlobKey unread;
    try (OpenDirectory open = OpenDirectory.open(root)) {
      read = open.put(BYTES);
      unread = open.put("others".getBytes(UTF_8));
      open.store().accessed(read, then);
    }
    for (int start = 0; start < 3; start++) {
      try (OpenDirectory open = OpenDirectory.open(root)) {
        assertThat(lastAccesses(open)).isEqualTo(Map.of(read, then, unread, OpenDirectory.NOW));
      }
    }
  }

  @Test
  void withoutARecordTheModificationTimeIsTheLastAccess() throws IOException {
    BlobKey key;
    Instant modified;
    try (OpenDirectory open = OpenDirectory.open(root)) {
      key = open.put(BYTES);
      modified = Files.getLastModifiedTime(open.directory().place(key)).toInstant();
    }
    Files.delete(root.resolve("index"));
    try (OpenDirectory open = OpenDirectory.open(root)) {
      assertThat(lastAccesses(open)).isEqualTo(Map.of(key, modified));
    }
  }

  @Test
  void recencyIsWrittenNowAndThen() throws Exception {
    PausingDisk disk = new PausingDisk(Disk.real());
    try (OpenDirectory open = OpenDirectory.open(root, disk, Duration.ofMillis(1))) {
      BlobKey key = open.put(BYTES);
      open.store().awaitDurable();
      for (int i = 1; i < 4; i++) {
        Pause pause = disk.pauseAt(Phase.AFTER_MOVE, path -> path.endsWith("index"));
        open.store().accessed(key, Instant.ofEpochMilli(i));
        pause.awaitReached(SOON);
        // One that was under way already may have missed it.
        Pause next = disk.pauseAt(Phase.AFTER_MOVE, path -> path.endsWith("index"));
        open.store().accessed(key, Instant.ofEpochMilli(i));
        pause.release();
        next.awaitReached(SOON);
        assertThat(Files.readString(root.resolve("index"))).contains(" " + i + "\n");
        next.release();
      }
    }
  }

  @Test
  void whatWasNotForcedYetIsNotOnFile() throws Exception {
    PausingDisk disk = new PausingDisk(Disk.real());
    try (OpenDirectory open = OpenDirectory.open(root, disk)) {
      open.store().awaitDurable();
      BlobKey key = OpenDirectory.keyOf(BYTES);
      Pause pause = disk.pauseAt(Phase.BEFORE_FORCE, open.directory().place(key)::equals);
      open.put(BYTES);
      pause.awaitReached(SOON);
      assertThat(open.trusts(key)).as("trusted by the process that verified it").isTrue();
      assertThat(Files.readString(root.resolve("index"))).doesNotContain(key.digest().hex());
      pause.release();
      open.store().awaitDurable();
      assertThat(Files.readString(root.resolve("index"))).contains(key.digest().hex());
    }
  }

  @Test
  void aFolderIsForcedBeforeTheRecordIsOnFile() throws Exception {
    PausingDisk disk = new PausingDisk(Disk.real());
    try (OpenDirectory open = OpenDirectory.open(root, disk)) {
      open.store().awaitDurable();
      BlobKey key = OpenDirectory.keyOf(BYTES);
      Pause pause = disk.pauseAt(Phase.BEFORE_FORCE, open.directory().folder(key)::equals);
      open.put(BYTES);
      pause.awaitReached(SOON);
      assertThat(Files.readString(root.resolve("index"))).doesNotContain(key.digest().hex());
      pause.release();
    }
  }

  @Test
  void aBlobThatCouldNotBeForcedIsHashedEachTime() throws Exception {
    FailingDisk disk = new FailingDisk();
    BlobKey key;
    try (QuietLog _ = new QuietLog();
        OpenDirectory open = OpenDirectory.open(root, disk)) {
      disk.failForces(true);
      key = open.put(BYTES);
      open.store().awaitDurable();
      disk.failForces(false);
      assertThat(open.trusts(key)).isFalse();
      try (StoredBlob blob = open.store().find(key).orElseThrow()) {
        blob.trust();
      }
      assertThat(open.trusts(key)).isFalse();
      assertThat(open.read(key)).isEqualTo(BYTES);
    }
    try (OpenDirectory open = OpenDirectory.open(root)) {
      assertThat(open.trusts(key)).isFalse();
      open.put(BYTES);
      assertThat(open.trusts(key)).isTrue();
    }
  }

  @Test
  void aRemovedBlobIsForgotten() throws IOException {
    BlobKey key;
    Path kept = root.resolveSibling(root.getFileName() + ".kept");
    try (OpenDirectory open = OpenDirectory.open(root)) {
      key = open.put(BYTES);
      Files.createLink(kept, open.directory().place(key));
      open.store().remove(key);
    }
    assertThat(Files.readString(root.resolve("index"))).doesNotContain(key.digest().hex());
    try (OpenDirectory open = OpenDirectory.open(root)) {
      Files.move(kept, open.directory().place(key));
      assertThat(open.trusts(key)).isFalse();
    }
  }

  @Test
  void recordsOfFilesThatAreGoneAreDropped() throws IOException {
    BlobKey key;
    try (OpenDirectory open = OpenDirectory.open(root)) {
      key = open.put(BYTES);
    }
    Files.delete(
        root.resolve("blobs/sha256/" + key.digest().hex().substring(0, 2))
            .resolve(key.digest().hex()));
    try (OpenDirectory open = OpenDirectory.open(root)) {
      assertThat(lastAccesses(open)).isEmpty();
      open.store().remove(OpenDirectory.keyOf(new byte[1]));
    }
    assertThat(Files.readString(root.resolve("index"))).doesNotContain(key.digest().hex());
  }

  @Test
  void aStoreMayBeClosedTwice() throws IOException {
    OpenDirectory open = OpenDirectory.open(root);
    open.put(BYTES);
    open.close();
    open.close();
  }

  private static Map<BlobKey, Instant> lastAccesses(OpenDirectory open) throws IOException {
    Map<BlobKey, Instant> times = new HashMap<>();
    open.store().forEach((key, _, time) -> times.put(key, time));
    return times;
  }
}
