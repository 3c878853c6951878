package larder.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import larder.tiering.BlobKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** File systems that are full, read-only, or more than one. */
@Tag("slow")
final class SickMediumTest {
  private static final byte[] BYTES = new byte[5000];

  @TempDir private Path folder;

  @BeforeEach
  void assumePossible() throws IOException {
    Mount.assumePossible();
  }

  @Test
  void aFullMediumServesWhatItHasAndTakesWhatIsSpooled() throws Exception {
    BlobKey before = OpenDirectory.keyOf(BYTES);
    byte[] late = new byte[] {1, 2, 3};
    BlobKey last = OpenDirectory.keyOf(late);
    try (QuietLog _ = new QuietLog();
        Mount mount = Mount.tmpfs(folder, "size=1m")) {
      Path filler;
      try (OpenDirectory open = OpenDirectory.open(folder)) {
        open.put(BYTES);
        Path spooled = open.spooled(late);
        open.store().awaitDurable();
        filler = mount.fill();
        assertThat(open.store().usableSpace()).isZero();
        assertThat(open.trusts(before)).isTrue();
        FileChannel file = open.spool().create().channel();
        try (file) {
          assertThatThrownBy(() -> file.write(ByteBuffer.allocate(100_000)))
              .isInstanceOf(IOException.class);
        }
        open.store().put(last, spooled);
        assertThat(open.read(last)).isEqualTo(late);
        assertThat(open.trusts(last)).isTrue();
        open.store().awaitDurable();
      }
      try (OpenDirectory open = OpenDirectory.open(folder)) {
        assertThat(open.read(before)).isEqualTo(BYTES);
        assertThat(open.trusts(before)).isTrue();
        assertThat(open.read(last)).isEqualTo(late);
        open.store().remove(before);
        Files.delete(filler);
        open.put(BYTES);
      }
      try (OpenDirectory open = OpenDirectory.open(folder)) {
        assertThat(open.trusts(before)).isTrue();
      }
    }
  }

  @Test
  void withoutInodesTheSpoolSaysSo() throws IOException {
    try (Mount _ = Mount.tmpfs(folder, "size=1m,nr_inodes=40");
        OpenDirectory open = OpenDirectory.open(folder)) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 50; i++) {
                  open.spooled(new byte[0]);
                }
              })
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot make a file in the spool " + folder);
    }
  }

  @Test
  void foldersThatBecomeReadOnlyServeWhatTheyHave() throws IOException {
    try (QuietLog _ = new QuietLog();
        OpenDirectory open = OpenDirectory.open(folder)) {
      BlobKey key = open.put(BYTES);
      Path spooled = open.spooled(new byte[1]);
      Path blobs = folder.resolve("blobs");
      Path spool = folder.resolve("spool");
      try (Mount first = Mount.bind(blobs, blobs);
          Mount second = Mount.bind(spool, spool)) {
        first.remount("bind,ro");
        second.remount("bind,ro");
        assertThat(open.trusts(key)).isTrue();
        assertThat(open.read(key)).isEqualTo(BYTES);
        assertThatThrownBy(open.spool()::create).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> open.store().put(OpenDirectory.keyOf(new byte[1]), spooled))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("cannot move a verified blob");
        assertThatThrownBy(() -> open.store().remove(key))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("cannot remove the blob");
        assertThat(open.read(key)).isEqualTo(BYTES);
        assertThat(open.trusts(key)).isTrue();
      }
      open.store().put(OpenDirectory.keyOf(new byte[1]), spooled);
    }
  }

  @Test
  void aReadOnlyDirectoryIsNamedAtTheStart() throws IOException {
    try (Mount mount = Mount.tmpfs(folder, "size=1m")) {
      OpenDirectory.open(folder).close();
      mount.remount("ro");
      assertThatThrownBy(() -> OpenDirectory.open(folder))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll("cannot write to the data directory", folder.toString());
    }
  }

  @Test
  void spoolAndBlobsOnTwoFileSystemsAreRefused() throws IOException {
    for (String part : new String[] {"blobs", "private", "spool"}) {
      try (Mount _ = Mount.tmpfs(folder.resolve(part), "size=1m")) {
        assertThatThrownBy(() -> OpenDirectory.open(folder))
            .isInstanceOf(IOException.class)
            .hasMessageContainingAll("one file system", folder.toString());
      }
    }
  }

  @Test
  void oneFileSystemMountedTwiceIsRefusedToo() throws IOException {
    Path elsewhere = folder.resolve("elsewhere");
    Path data = folder.resolve("data");
    try (Mount _ = Mount.bind(elsewhere, data.resolve("blobs"))) {
      assertThatThrownBy(() -> OpenDirectory.open(data))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("one file system");
    }
  }
}
