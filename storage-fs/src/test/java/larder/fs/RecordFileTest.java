package larder.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import larder.tiering.BlobKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecordFileTest {
  @TempDir private Path folder;

  private static RecordLine line(int content, long lastAccess) {
    Inode inode = new Inode(content, 1, 2, 3);
    BlobKey key = OpenDirectory.keyOf(new byte[] {(byte) content});
    return new RecordLine(key, new FileRecord(inode, lastAccess, FileRecord.State.DURABLE));
  }

  private RecordFile file() {
    return new RecordFile(folder, Disk.real());
  }

  private Map<BlobKey, Long> lastAccesses() {
    Map<BlobKey, FileRecord> records = new HashMap<>();
    file().load(records);
    Map<BlobKey, Long> times = new HashMap<>();
    records.forEach((key, record) -> times.put(key, record.lastAccess()));
    return times;
  }

  @Test
  void aLineAfterATornOneIsWhole() throws IOException {
    file().append(List.of(line(1, 10)));
    Files.writeString(folder.resolve("index"), "0123abcd 1 pub", StandardOpenOption.APPEND);
    file().append(List.of(line(2, 20)));
    assertThat(lastAccesses()).isEqualTo(Map.of(line(1, 0).key(), 10L, line(2, 0).key(), 20L));
  }

  @Test
  void theLastLineAboutABlobHolds() throws IOException {
    file().append(List.of(line(1, 10), line(2, 20)));
    file().append(List.of(line(1, 30)));
    assertThat(lastAccesses()).isEqualTo(Map.of(line(1, 0).key(), 30L, line(2, 0).key(), 20L));
  }

  @Test
  void rewritingKeepsWhatIsDurable() throws IOException {
    RecordLine pending = line(3, 30);
    pending.record().become(FileRecord.State.PENDING);
    file().append(List.of(line(1, 10), line(1, 11), line(1, 12)));
    file().rewrite(Map.of(line(2, 0).key(), line(2, 20).record(), pending.key(), pending.record()));
    assertThat(lastAccesses()).isEqualTo(Map.of(line(2, 0).key(), 20L));
    assertThat(Files.readAllLines(folder.resolve("index"))).hasSize(1);
    assertThat(folder.resolve("index.next")).doesNotExist();
  }
}
