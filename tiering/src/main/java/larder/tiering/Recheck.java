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
  private final PinnedBlob blob;
  private final Progress progress;

  /**
   * @param blob a handle of the check's own, which it closes
   */
  Recheck(BlobKey key, PinnedBlob blob) {
    this.key = key;
    this.blob = blob;
    this.progress = new Progress(OptionalLong.of(blob.length()));
    progress.arrived(ByteRange.all(blob.length()));
  }

  /** What a check has come to. */
  enum Verdict {
    RIGHT,
    /** Other bytes, or some that cannot be read. */
    WRONG,
    /** The check was broken off. */
    UNKNOWN
  }

  /** Hashes the whole, and removes it when it is wrong. Readers are told by {@link #tell}. */
  Verdict run() {
    Verdict verdict = Verdict.UNKNOWN;
    try (BlobStore.StoredBlob read = blob) {
      verdict = hash(read);
      switch (verdict) {
        case RIGHT -> read.trust();
        case WRONG -> blob.damaged();
        case UNKNOWN -> {}
      }
    } catch (IOException e) {
      // The verdict stands; what could not be noted is checked again another time.
    }
    return verdict;
  }

  private Verdict hash(BlobStore.StoredBlob read) {
    MessageDigest hash = key.digest().hasher();
    try {
      read.transferTo(ByteRange.all(read.length()), new HashChannel(hash));
    } catch (IOException e) {
      return Thread.currentThread().isInterrupted() ? Verdict.UNKNOWN : Verdict.WRONG;
    }
    return Digest.ofHash(key.digest().algorithm(), hash.digest()).equals(key.digest())
        ? Verdict.RIGHT
        : Verdict.WRONG;
  }

  /** Closes the handle of a check that is not going to run. */
  void abandon() throws IOException {
    blob.close();
  }

  void tell(Verdict verdict) {
    progress.become(
        switch (verdict) {
          case RIGHT -> new Progress.State.Verified();
          case WRONG ->
              new Progress.State.Failed(
                  new CorruptBlobException(key, "the " + blob.origin().label(), "damaged"), true);
          case UNKNOWN ->
              new Progress.State.Failed(
                  new IOException("the check of " + key + " was broken off"), false);
        });
  }

  /**
   * Reads a handle under this check. It must have been opened after the check's own: then it shows
   * the same bytes, or ones that have been verified since.
   *
   * @param handle the reader's own, which is closed with the blob, or at once when there is none
   * @return empty when the bytes have turned out wrong: look again
   */
  Optional<Blob> follow(BlobStore.StoredBlob handle) throws IOException {
    boolean readable = false;
    try {
      Progress.Answer answer = progress.awaitAnswer();
      readable = answer.readable() && handle.length() == blob.length();
      if (!readable
          && answer.state() instanceof Progress.State.Failed(IOException why, boolean again)
          && !again) {
        throw why;
      }
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
            key,
            progress,
            handle.origin(),
            new HandleBytes(handle),
            (detached, at, length, whole, held, to) -> 0,
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
