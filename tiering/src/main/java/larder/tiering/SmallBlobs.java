package larder.tiering;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Blobs small enough to be held in memory whole: read from the tier with their digest checked each
 * time, and put into it.
 */
public final class SmallBlobs {
  private final Tier tier;
  private final Spool spool;
  private final DiskThreads disk;
  private final int largest;

  /**
   * @param largest in bytes that is read
   */
  public SmallBlobs(Tier tier, Spool spool, DiskThreads disk, int largest) {
    this.tier = tier;
    this.spool = spool;
    this.disk = disk;
    this.largest = largest;
  }

  /**
   * The bytes, if the tier holds them; bytes that are wrong or cannot be read are removed from it.
   */
  public Optional<byte[]> read(BlobKey key) {
    Optional<PinnedBlob> found = tier.find(key);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    PinnedBlob copy = found.get();
    try (PinnedBlob blob = copy) {
      if (blob.length() > largest) {
        return Optional.empty();
      }
      ByteArrayOutputStream body = new ByteArrayOutputStream((int) blob.length());
      blob.transferTo(ByteRange.all(blob.length()), Channels.newChannel(body));
      byte[] bytes = body.toByteArray();
      if (Digest.of(key.digest().algorithm(), bytes).equals(key.digest())) {
        return Optional.of(bytes);
      }
    } catch (IOException e) {
      tier.failed("read", key, e);
      if (Thread.currentThread().isInterrupted()) {
        return Optional.empty(); // which says nothing of the bytes
      }
    }
    copy.damaged();
    return Optional.empty();
  }

  /** In bytes, if the tier holds the blob; that is no access. */
  public OptionalLong sizeOf(BlobKey key) {
    return tier.sizeOf(key);
  }

  /** Notes an access to a blob that was answered from memory. */
  public void accessed(BlobKey key) {
    tier.accessed(key);
  }

  /**
   * Puts bytes whose digest is right into the tier; without room, or when the tier fails, it does
   * without them.
   */
  public void keep(BlobKey key, byte[] bytes) {
    if (tier.holds(key)) {
      return;
    }
    try {
      Optional<Reservation> room = tier.reserve(bytes.length);
      if (room.isPresent()) {
        keep(key, bytes, room.get());
      }
    } catch (IOException e) {
      tier.failed("keep", key, e);
    }
  }

  private void keep(BlobKey key, byte[] bytes, Reservation room) throws IOException {
    try (Reservation reservation = room) {
      Spool.File file = spool.create();
      try {
        disk.run(() -> write(file.channel(), bytes));
        tier.admit(key, file.path(), bytes.length, reservation);
      } finally {
        disk.run(() -> Files.deleteIfExists(file.path()));
      }
    }
  }

  private static void write(FileChannel to, byte[] bytes) throws IOException {
    try (to) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        to.write(rest);
      }
    }
  }
}
