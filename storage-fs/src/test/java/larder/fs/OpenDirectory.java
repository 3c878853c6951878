package larder.fs;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import larder.tiering.BlobKey;
import larder.tiering.BlobStore.StoredBlob;
import larder.tiering.ByteRange;
import larder.tiering.Digest;
import larder.tiering.DiskThreads;
import larder.tiering.FileTransfer;
import larder.tiering.Spool;

/** A data directory with its spool and store, put together as a server does. */
record OpenDirectory(DataDirectory directory, FileSpool spool, FileBlobStore store)
    implements Closeable {
  static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  static final InstantSource CLOCK = InstantSource.fixed(NOW);

  static OpenDirectory open(Path root) throws IOException {
    return open(root, Disk.real());
  }

  static OpenDirectory open(Path root, Disk disk) throws IOException {
    return open(root, disk, Duration.ofHours(1));
  }

  static OpenDirectory open(Path root, Disk disk, Duration rewriteEvery) throws IOException {
    DiskThreads threads = new DiskThreads();
    DataDirectory directory = DataDirectory.open(root, CLOCK);
    FileBlobStore store =
        FileBlobStore.open(
            directory, threads, new FileTransfer(threads), CLOCK, disk, rewriteEvery);
    return new OpenDirectory(directory, new FileSpool(directory, threads), store);
  }

  static BlobKey keyOf(byte[] bytes) {
    return BlobKey.of(Digest.of(Digest.Algorithm.SHA256, bytes));
  }

  /** A file as a fill leaves it. */
  Path spooled(byte[] bytes) throws IOException {
    Spool.File file = spool.create();
    file.channel().close();
    Files.write(file.path(), bytes);
    return file.path();
  }

  BlobKey put(byte[] bytes) throws IOException {
    BlobKey key = keyOf(bytes);
    store.put(key, spooled(bytes));
    return key;
  }

  boolean trusts(BlobKey key) throws IOException {
    try (StoredBlob blob = store.find(key).orElseThrow()) {
      return blob.trusted();
    }
  }

  byte[] read(BlobKey key) throws IOException {
    try (StoredBlob blob = store.find(key).orElseThrow()) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      blob.transferTo(ByteRange.all(blob.length()), Channels.newChannel(bytes));
      return bytes.toByteArray();
    }
  }

  @Override
  public void close() throws IOException {
    try (directory) {
      store.close();
    }
  }
}
