package larder.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import larder.tiering.BlobKey;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prints what many records cost; it asserts no number, since that depends on the machine. */
@Tag("slow")
final class ManyRecordsTest {
  private static final int MANY = 200_000;

  @Test
  void manyRecordsLoad(@TempDir Path folder) throws IOException {
    RecordFile file = new RecordFile(folder, Disk.real());
    write(file);
    System.out.printf("index of %,d: %,d bytes%n", MANY, Files.size(folder.resolve("index")));
    for (int i = 0; i < 5; i++) {
      long before = used();
      Map<BlobKey, FileRecord> records = new ConcurrentHashMap<>();
      long start = System.nanoTime();
      long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      file.load(records);
      long millis = (System.nanoTime() - start) / 1_000_000;
      cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
      long withKeys = used() - before;
      assertThat(records).hasSize(MANY);
      List<BlobKey> keys = new ArrayList<>(records.keySet());
      records = Map.of();
      long keysAlone = used() - before - 4L * MANY;
      System.out.printf(
          "loaded in %d ms, %d of them on a processor; %d bytes an entry beside the %d of its key%n",
          millis, cpu / 1_000_000, (withKeys - keysAlone) / MANY, keysAlone / MANY);
      assertThat(keys).hasSize(MANY);
      assertThat(records).isEmpty();
    }
  }

  private static void write(RecordFile file) throws IOException {
    Map<BlobKey, FileRecord> records = new ConcurrentHashMap<>();
    for (int i = 0; i < MANY; i++) {
      Inode inode =
          new Inode(
              i, 1L << (i % 32), 1_700_000_000_000_000_000L + i, 1_700_000_000_000_000_000L + i);
      records.put(
          OpenDirectory.keyOf(ByteBuffer.allocate(4).putInt(i).array()),
          new FileRecord(inode, 1_700_000_000_000L + i, FileRecord.State.DURABLE));
    }
    file.rewrite(records);
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
