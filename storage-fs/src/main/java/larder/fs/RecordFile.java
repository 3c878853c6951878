package larder.fs;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import larder.tiering.BlobKey;

/**
 * The records of blobs that are safe from power cuts, as a file of lines. It is disposable: what
 * cannot be read is not known, no more. One thread at a time writes.
 */
final class RecordFile {
  private static final Logger LOG = System.getLogger(RecordFile.class.getName());

  private final Path folder;
  private final Path file;
  private final Path next;
  private final Disk disk;

  RecordFile(Path folder, Disk disk) {
    this.folder = folder;
    this.file = folder.resolve("index");
    this.next = folder.resolve("index.next");
    this.disk = disk;
  }

  /** Adds what is on file to the records; a later line about a blob replaces an earlier one. */
  void load(Map<BlobKey, FileRecord> records) {
    try (InputStream in = Files.newInputStream(file)) {
      Lines.read(
          in,
          RecordLine.LONGEST,
          (bytes, from, length) ->
              RecordLine.read(bytes, from, length)
                  .ifPresent(line -> records.put(line.key(), line.record())));
    } catch (NoSuchFileException _) {
      // The first start.
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "cannot read " + file + "; blobs it does not tell of are hashed when they are first read",
          e);
    }
  }

  /** Returns when a power cut can no longer take these lines. */
  void append(Iterable<RecordLine> lines) throws IOException {
    try (BufferedWriter out =
        Files.newBufferedWriter(
            file,
            StandardCharsets.ISO_8859_1,
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND)) {
      // Ends a line that an earlier write has left torn.
      out.write('\n');
      for (RecordLine line : lines) {
        write(line.key(), line.record(), out);
      }
    }
    disk.forceFile(file);
  }

  /** Replaces the file by one that has the durable ones of these records only. */
  void rewrite(Map<BlobKey, FileRecord> records) throws IOException {
    Folders.remove(next);
    try (BufferedWriter out = Files.newBufferedWriter(next, StandardCharsets.ISO_8859_1)) {
      for (Map.Entry<BlobKey, FileRecord> entry : records.entrySet()) {
        if (entry.getValue().durable()) {
          write(entry.getKey(), entry.getValue(), out);
        }
      }
    }
    disk.forceFile(next);
    if (Files.isDirectory(file)) {
      Folders.remove(file);
    }
    disk.move(next, file);
    disk.forceFolder(folder);
  }

  private static void write(BlobKey key, FileRecord record, BufferedWriter out) throws IOException {
    out.write(RecordLine.write(key, record));
    out.write('\n');
  }
}
