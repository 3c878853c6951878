package larder.fs;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import larder.tiering.BlobKey;
import larder.tiering.BlobStore;
import larder.tiering.DiskThreads;
import larder.tiering.FileTransfer;
import org.jspecify.annotations.Nullable;

/**
 * Blobs as files of a data directory. The directory is the truth; what is known of the files'
 * soundness is beside it and may be lost. A file is trusted while the file system says of it what
 * it said when its bytes were verified, by this process, or by an earlier one that also saw them
 * safe from power cuts.
 */
public final class FileBlobStore implements BlobStore {
  /*
   * A record is looked up before the file is, so that a record can never vouch for the file that it has just replaced.
   */
  private static final Logger LOG = System.getLogger(FileBlobStore.class.getName());
  private static final Duration REWRITE_EVERY = Duration.ofMinutes(5);

  private final DataDirectory directory;
  private final FileStore medium;
  private final Disk disk;
  private final DiskThreads threads;
  private final FileTransfer transfer;
  private final InstantSource clock;
  private final Map<BlobKey, FileRecord> records;
  private final Durability durability;

  private FileBlobStore(
      DataDirectory directory,
      FileStore medium,
      Disk disk,
      DiskThreads threads,
      FileTransfer transfer,
      InstantSource clock,
      Map<BlobKey, FileRecord> records,
      Durability durability) {
    this.directory = directory;
    this.medium = medium;
    this.disk = disk;
    this.threads = threads;
    this.transfer = transfer;
    this.clock = clock;
    this.records = records;
    this.durability = durability;
  }

  /** Opens the store of a directory, which outlives it and is closed by the caller. */
  public static FileBlobStore open(
      DataDirectory directory, DiskThreads threads, FileTransfer transfer, InstantSource clock)
      throws IOException {
    return open(directory, threads, transfer, clock, Disk.real());
  }

  /** The same on another disk: for tests. */
  public static FileBlobStore open(
      DataDirectory directory,
      DiskThreads threads,
      FileTransfer transfer,
      InstantSource clock,
      Disk disk)
      throws IOException {
    return open(directory, threads, transfer, clock, disk, REWRITE_EVERY);
  }

  static FileBlobStore open(
      DataDirectory directory,
      DiskThreads threads,
      FileTransfer transfer,
      InstantSource clock,
      Disk disk,
      Duration rewriteEvery)
      throws IOException {
    Map<BlobKey, FileRecord> records = new ConcurrentHashMap<>();
    RecordFile file = new RecordFile(directory.path(), disk);
    file.load(records);
    Durability durability = new Durability(directory, disk, records, file, rewriteEvery);
    FileStore medium = Files.getFileStore(directory.path());
    durability.start();
    return new FileBlobStore(
        directory, medium, disk, threads, transfer, clock, records, durability);
  }

  @Override
  public Optional<StoredBlob> find(BlobKey key) throws IOException {
    FileRecord record = records.get(key);
    try {
      return threads.call(() -> find(key, record));
    } catch (NoSuchFileException | AccessDeniedException _) {
      return Optional.empty();
    }
  }

  private Optional<StoredBlob> find(BlobKey key, @Nullable FileRecord record) throws IOException {
    Path place = directory.place(key);
    Optional<Inode> inode = disk.inode(place);
    if (inode.isEmpty()) {
      if (record != null) {
        records.remove(key, record);
      }
      return Optional.empty();
    }
    FileChannel file = FileChannel.open(place, StandardOpenOption.READ, NOFOLLOW_LINKS);
    return Optional.of(new FileBlob(this, key, file, inode.get(), record));
  }

  DiskThreads threads() {
    return threads;
  }

  FileTransfer transfer() {
    return transfer;
  }

  @Override
  public void put(BlobKey key, Path file) throws IOException {
    Path place = directory.place(key);
    threads.run(() -> {
      move(file, key, place);
      verified(key, place);
    });
  }

  private void move(Path file, BlobKey key, Path place) throws IOException {
    try {
      disk.move(file, place);
    } catch (IOException e) {
      try {
        clear(directory.folder(key), place);
        disk.move(file, place);
      } catch (IOException again) {
        again.addSuppressed(e);
        throw new IOException(
            "cannot move a verified blob from " + file + " to " + place + ": " + again.getMessage(),
            again);
      }
    }
  }

  private void clear(Path folder, Path place) throws IOException {
    durability.unsettle(folder);
    Folders.make(folder);
    if (Files.isDirectory(place, NOFOLLOW_LINKS)) {
      Folders.remove(place);
    }
  }

  private void verified(BlobKey key, Path place) {
    Optional<Inode> inode;
    try {
      inode = disk.inode(place);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "a new blob is hashed when it is first read", e);
      return;
    }
    if (inode.isPresent()) {
      FileRecord record = new FileRecord(inode.get(), clock.millis(), FileRecord.State.PENDING);
      records.put(key, record);
      durability.add(key, record);
    }
  }

  /**
   * The bytes of a file have been hashed and are right. If it has changed since it was found, the
   * record does not match it and vouches for nothing.
   *
   * @param before the record when the file was found; whoever has replaced it since knows better
   */
  void trust(BlobKey key, Inode hashed, @Nullable FileRecord before) {
    if (before != null && before.matches(hashed)) {
      return;
    }
    FileRecord record = new FileRecord(hashed, clock.millis(), FileRecord.State.PENDING);
    boolean noted =
        before == null
            ? records.putIfAbsent(key, record) == null
            : records.replace(key, before, record);
    if (noted) {
      durability.add(key, record);
    }
  }

  @Override
  public void remove(BlobKey key) throws IOException {
    Path place = directory.place(key);
    threads.run(() -> remove(place));
    records.remove(key);
    durability.changed();
  }

  private static void remove(Path place) throws IOException {
    try {
      Folders.remove(place);
    } catch (IOException e) {
      if (!Folders.blocked(place)) {
        throw new IOException("cannot remove the blob " + place + ": " + e.getMessage(), e);
      }
    }
  }

  @Override
  public void accessed(BlobKey key, Instant now) {
    FileRecord record = records.get(key);
    if (record != null) {
      record.accessed(now.toEpochMilli());
      durability.changed();
    }
  }

  @Override
  public void forEach(Visitor visitor) throws IOException {
    BlobWalk walk = new BlobWalk(directory, disk);
    threads.run(() ->
        walk.walk((key, inode) -> {
          FileRecord record = records.get(key);
          if (record == null) {
            visitor.blob(key, inode.size(), lastModified(inode));
          } else {
            record.met();
            visitor.blob(key, inode.size(), Instant.ofEpochMilli(record.lastAccess()));
          }
        }));
    records.values().removeIf(record -> record.state() == FileRecord.State.LOADED);
  }

  private static Instant lastModified(Inode inode) {
    return Instant.EPOCH.plusNanos(inode.modified());
  }

  @Override
  public long usableSpace() throws IOException {
    return threads.call(medium::getUsableSpace);
  }

  /** Waits until all that was put so far is safe from power cuts, or known not to be. */
  void awaitDurable() throws InterruptedException {
    durability.await();
  }

  /** Makes safe from power cuts what is not yet, for ten seconds at most. */
  @Override
  public void close() throws IOException {
    durability.close();
  }
}
