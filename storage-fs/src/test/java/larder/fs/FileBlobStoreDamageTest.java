package larder.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import larder.tiering.BlobKey;
import larder.tiering.BlobStore.StoredBlob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever happens to the files. Mode bits do not bind a superuser, as whom these tests may run, so
 * a file that may not be read is stood for by others that cannot be.
 */
final class FileBlobStoreDamageTest {
  private static final byte[] BYTES = "the right bytes".getBytes(StandardCharsets.UTF_8);

  private final OpenDirectory open;
  private final BlobKey key;
  private final Path place;

  FileBlobStoreDamageTest(@TempDir Path root) throws IOException {
    open = OpenDirectory.open(root);
    key = open.put(BYTES);
    place = open.directory().place(key);
  }

  @AfterEach
  void close() throws IOException {
    open.close();
  }

  @Test
  void aFlippedBitIsNotTrustedThoughSizeAndModificationTimeAreTheSame() throws IOException {
    assertThat(open.trusts(key)).isTrue();
    Damage.flip(place, 3);
    assertThat(open.trusts(key)).isFalse();
    assertThat(open.read(key)).isNotEqualTo(BYTES);
  }

  @Test
  void aTruncatedFileIsFoundAsItIsAndNotTrusted() throws IOException {
    try (FileChannel file = FileChannel.open(place, StandardOpenOption.WRITE)) {
      file.truncate(4);
    }
    try (StoredBlob blob = open.store().find(key).orElseThrow()) {
      assertThat(blob.length()).isEqualTo(4);
      assertThat(blob.trusted()).isFalse();
    }
  }

  @Test
  void aGrownFileIsNotTrusted() throws IOException {
    Files.write(place, BYTES, StandardOpenOption.APPEND);
    assertThat(open.trusts(key)).isFalse();
  }

  @Test
  void anotherFileInItsPlaceIsNotTrusted() throws IOException {
    Path other = open.spooled(BYTES);
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(place));
    Files.delete(place);
    Files.move(other, place);
    assertThat(open.trusts(key)).isFalse();
  }

  @Test
  void whatWasHashedIsTrustedAgain() throws IOException {
    Damage.touch(place, Files.getLastModifiedTime(place));
    try (StoredBlob blob = open.store().find(key).orElseThrow()) {
      assertThat(blob.trusted()).isFalse();
      blob.trust();
    }
    assertThat(open.trusts(key)).isTrue();
  }

  @Test
  void whatWasHashedIsNotTrustedWhenItHasChangedMeanwhile() throws IOException {
    Damage.touch(place, Files.getLastModifiedTime(place));
    try (StoredBlob hashed = open.store().find(key).orElseThrow()) {
      Damage.flip(place, 3);
      assertThat(open.trusts(key)).isFalse();
      hashed.trust();
    }
    assertThat(open.trusts(key)).isFalse();
  }

  @Test
  void aFolderInItsPlaceIsAMissAndIsRepaired() throws IOException {
    inTheWay(place);
    assertThat(open.store().find(key)).isEmpty();
    open.put(BYTES);
    assertThat(open.read(key)).isEqualTo(BYTES);
    assertThat(open.trusts(key)).isTrue();
  }

  @Test
  void aFolderInItsPlaceCanBeRemoved() throws IOException {
    inTheWay(place);
    open.store().remove(key);
    assertThat(place).doesNotExist();
  }

  @Test
  void aLinkInItsPlaceIsAMissEvenToTheRightBytesAndIsRepaired() throws IOException {
    Path elsewhere = open.spooled(BYTES);
    for (Path target : new Path[] {elsewhere, Path.of("nowhere"), place.getFileName()}) {
      Files.delete(place);
      Files.createSymbolicLink(place, target);
      assertThat(open.store().find(key)).as("a link to %s", target).isEmpty();
      open.put(BYTES);
      assertThat(open.trusts(key)).isTrue();
    }
    assertThat(elsewhere).hasBinaryContent(BYTES);
  }

  @Test
  void aPipeInItsPlaceIsAMissAndHoldsNobodyUp() throws Exception {
    Files.delete(place);
    assertThat(new ProcessBuilder("mkfifo", place.toString()).start().waitFor()).isZero();
    assertThat(open.store().find(key)).isEmpty();
    open.put(BYTES);
    assertThat(open.read(key)).isEqualTo(BYTES);
  }

  @Test
  void aFileInPlaceOfItsFolderIsAMissAndIsRepaired() throws IOException {
    Path folderOfAll = open.directory().path().resolve("blobs");
    for (Path folder :
        new Path[] {open.directory().folder(key), folderOfAll.resolve("sha256"), folderOfAll}) {
      Folders.remove(folder);
      Files.writeString(folder, "in the way");
      assertThat(open.store().find(key)).as("with %s a file", folder).isEmpty();
      open.store().remove(key);
      assertThat(held()).isEmpty();
      open.put(BYTES);
      assertThat(open.read(key)).isEqualTo(BYTES);
    }
  }

  @Test
  void aDanglingLinkInPlaceOfItsFolderIsAMissAndIsRepaired() throws IOException {
    Folders.remove(open.directory().folder(key));
    Files.createSymbolicLink(open.directory().folder(key), Path.of("nowhere"));
    assertThat(open.store().find(key)).isEmpty();
    open.put(BYTES);
    assertThat(open.trusts(key)).isTrue();
  }

  @Test
  void aDirectoryThatIsGoneIsMadeAgain() throws Exception {
    open.store().awaitDurable();
    Folders.remove(open.directory().path());
    assertThat(open.store().find(key)).isEmpty();
    assertThat(held()).isEmpty();
    open.put(BYTES);
    assertThat(open.trusts(key)).isTrue();
  }

  @Test
  void aFileThatIsGoneIsAMiss() throws IOException {
    Files.delete(place);
    assertThat(open.store().find(key)).isEmpty();
    assertThat(held()).isEmpty();
  }

  @Test
  void whatIsNoBlobIsLeftAlone() throws IOException {
    Path blobs = open.directory().path().resolve("blobs");
    Path privates = open.directory().path().resolve("private");
    String hex = key.digest().hex();
    Path[] strange = {
      blobs.resolve("README"),
      blobs.resolve("sha256/README"),
      blobs.resolve("md5/ab/" + hex),
      blobs.resolve("sha256/zz/" + hex),
      blobs.resolve("sha256/zz/" + "zz".repeat(32)),
      place.resolveSibling(hex + ".part"),
      place.resolveSibling(hex.substring(1)),
      place.resolveSibling("%2E"),
      privates.resolve("README"),
      privates.resolve("%zz/blobs/sha256/" + hex.substring(0, 2) + "/" + hex),
      privates.resolve("UPPER/blobs/sha256/" + hex.substring(0, 2) + "/" + hex),
    };
    for (Path file : strange) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, "strange");
    }
    Files.createDirectories(blobs.resolve("sha256/00/" + "00".repeat(32)));
    assertThat(held()).containsExactly(key);
    assertThat(strange).allSatisfy(file -> assertThat(file).hasContent("strange"));
  }

  @Test
  void aBlobBroughtByHandIsFoundAndNotTrusted() throws IOException {
    byte[] bytes = "brought by hand".getBytes(StandardCharsets.UTF_8);
    BlobKey brought = OpenDirectory.keyOf(bytes);
    Files.createDirectories(open.directory().folder(brought));
    Files.write(open.directory().place(brought), bytes);
    assertThat(held()).containsExactlyInAnyOrder(key, brought);
    assertThat(open.trusts(brought)).isFalse();
    assertThat(open.read(brought)).isEqualTo(bytes);
  }

  private Set<BlobKey> held() throws IOException {
    Set<BlobKey> keys = new HashSet<>();
    open.store().forEach((found, _, _) -> keys.add(found));
    return keys;
  }

  private static void inTheWay(Path place) throws IOException {
    Files.delete(place);
    Files.createDirectories(place.resolve("with/things"));
    Files.writeString(place.resolve("with/things/inside"), "x");
  }
}
