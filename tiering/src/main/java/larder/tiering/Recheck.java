package larder.tiering;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The hashing of one stored blob that is not trusted, while it is read. All bytes are there; a
 * reader of the whole is kept from the tail until they are known to be right.
 */
final class Recheck {
  private final BlobKey key;
  private final BlobStore.StoredBlob blob;
  private final Progress progress;

  /**
   * @param blob a handle of the check's own, which it closes
   */
  Recheck(BlobKey key, BlobStore.StoredBlob blob) {
    this.key = key;
    this.blob = blob;
    this.progress = new Progress(OptionalLong.of(blob.length()));
    progress.arrived(ByteRange.all(blob.length()));
  }

  /** Hashes the whole; true when the bytes are right. Readers are told by {@link #tell}. */
  boolean run() {
    MessageDigest hash = key.digest().hasher();
    try (BlobStore.StoredBlob read = blob) {
      read.transferTo(ByteRange.all(read.length()), new HashChannel(hash));
      boolean right = Digest.ofHash(key.digest().algorithm(), hash.digest()).equals(key.digest());
      if (right) {
        read.trust();
      }
      return right;
    } catch (IOException e) {
      return false;
    }
  }

  void tell(boolean right) {
    progress.become(
        right
            ? new Progress.State.Verified()
            : new Progress.State.Failed(new CorruptBlobException(key, "the disk", "damaged")));
  }

  /**
   * Reads a handle under this check.
   *
   * @param handle the reader's own, which is closed with the blob, or at once when the answer is
   *     empty
   * @return empty when the bytes have turned out wrong: look again
   */
  Optional<Blob> follow(BlobStore.StoredBlob handle) throws IOException {
    boolean readable = false;
    try {
      readable = progress.awaitAnswer();
    } finally {
      if (!readable) {
        handle.close();
      }
    }
    if (!readable) {
      return Optional.empty();
    }
    return Optional.of(
        new FollowedBlob(
            progress,
            handle.origin(),
            new HandleBytes(handle),
            (detached, at, range, held, to) -> 0,
            () -> {}));
  }

  private record HandleBytes(BlobStore.StoredBlob handle) implements FollowedBlob.Bytes {
    @Override
    public void send(long position, long length, WritableByteChannel to) throws IOException {
      handle.transferTo(new ByteRange(position, length), to);
    }

    @Override
    public void close() throws IOException {
      handle.close();
    }
  }

  private record HashChannel(MessageDigest hash) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer bytes) throws InterruptedIOException {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while checking a blob");
      }
      int length = bytes.remaining();
      hash.update(bytes);
      return length;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
