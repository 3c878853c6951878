package larder.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import larder.tiering.DiskThreads;
import larder.tiering.Spool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataDirectoryTest {
  @TempDir private Path folder;

  private DataDirectory open(Path root) throws IOException {
    return DataDirectory.open(root, OpenDirectory.CLOCK);
  }

  @Test
  void theDirectoryIsMade() throws IOException {
    Path root = folder.resolve("a/b");
    try (DataDirectory directory = open(root)) {
      assertThat(directory.path()).isEqualTo(root).isDirectory();
      assertThat(directory.spool()).isEmptyDirectory().hasParent(root.resolve("spool"));
      assertThat(root.resolve("blobs")).isEmptyDirectory();
    }
  }

  @Test
  void aSecondLarderIsToldWhichDirectoryAndWhatToDo() throws IOException {
    try (DataDirectory _ = open(folder)) {
      assertThatThrownBy(() -> open(folder))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll(folder.toString(), "another larder", "larder.disk.path")
          .message()
          .doesNotContain("\n");
    }
  }

  @Test
  void onceClosedTheDirectoryIsFree() throws IOException {
    DataDirectory first = open(folder);
    first.close();
    try (DataDirectory second = open(folder)) {
      first.close();
      assertThat(second.spool()).isDirectory();
    }
  }

  @Test
  void whatADeadProcessLeftIsSweptAndThatOfALivingOneIsNot() throws Exception {
    Process other = LockHolder.start(folder);
    try {
      assertThatThrownBy(() -> open(folder)).hasMessageContaining("another larder");
      assertThat(folder.resolve("spool")).isDirectoryRecursivelyContaining("glob:**/1");
    } finally {
      other.destroyForcibly().waitFor();
    }
    try (DataDirectory directory = open(folder)) {
      assertThat(folder.resolve("spool"))
          .isDirectoryNotContaining(path -> !path.equals(directory.spool()));
      assertThat(directory.spool()).isEmptyDirectory();
    }
  }

  @Test
  void aPlaceWhereNothingCanBeMadeIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> open(file.resolve("data")))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("cannot write", file.resolve("data").toString());
  }

  @Test
  void aFileInPlaceOfAFolderIsReplaced() throws IOException {
    for (String name : new String[] {"blobs", "private", "spool"}) {
      Files.writeString(folder.resolve(name), "in the way");
    }
    try (DataDirectory directory = open(folder)) {
      assertThat(directory.spool()).isDirectory();
      assertThat(folder.resolve("blobs")).isDirectory();
    }
  }

  @Test
  void spoolFilesAreNewEmptyAndForReadingAndWriting() throws IOException {
    try (DataDirectory directory = open(folder)) {
      FileSpool spool = new FileSpool(directory, new DiskThreads());
      Files.writeString(directory.spool().resolve("2"), "someone else's");
      Spool.File first = spool.create();
      Spool.File second = spool.create();
      try (FileChannel _ = first.channel();
          FileChannel channel = second.channel()) {
        assertThat(first.path()).isNotEqualTo(second.path()).hasParent(directory.spool());
        assertThat(channel.size()).isZero();
        channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
        ByteBuffer read = ByteBuffer.allocate(3);
        channel.read(read, 0);
        assertThat(read.array()).containsExactly(1, 2, 3);
      }
      assertThat(directory.spool().resolve("2")).hasContent("someone else's");
    }
    assertThat(folder.resolve("spool")).isEmptyDirectory();
  }

  @Test
  void aSpoolThatSomeoneRemovedIsMadeAgain() throws IOException {
    try (DataDirectory directory = open(folder)) {
      FileSpool spool = new FileSpool(directory, new DiskThreads());
      Folders.remove(folder.resolve("spool"));
      Spool.File file = spool.create();
      file.channel().close();
      assertThat(file.path()).isEmptyFile();
    }
  }

  @Test
  void aDanglingLinkInPlaceOfTheSpoolIsReplaced() throws IOException {
    try (DataDirectory directory = open(folder)) {
      FileSpool spool = new FileSpool(directory, new DiskThreads());
      Folders.remove(directory.spool());
      Files.createSymbolicLink(directory.spool(), Path.of("nowhere"));
      Spool.File file = spool.create();
      file.channel().close();
      assertThat(file.path()).isEmptyFile();
    }
  }
}
