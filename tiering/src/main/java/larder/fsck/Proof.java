package larder.fsck;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.Optional;
import larder.tiering.Digest;

/** Takes bytes and tells whether they are those that a digest names. */
public final class Proof implements WritableByteChannel {
  private final Digest digest;
  private final Throttle throttle;
  private final MessageDigest hash;
  private long bytes;

  public Proof(Digest digest, Throttle throttle) {
    this.digest = digest;
    this.throttle = throttle;
    this.hash = digest.hasher();
  }

  /** How many bytes there were so far. */
  public long bytes() {
    return bytes;
  }

  /** Takes all that a stream has. */
  public void take(InputStream from) throws IOException {
    byte[] buffer = new byte[64 << 10];
    for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
      var _ = write(ByteBuffer.wrap(buffer, 0, read));
    }
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted while checking " + digest);
    }
    int length = from.remaining();
    hash.update(from);
    bytes += length;
    throttle.read(length);
    return length;
  }

  /** What is wrong with what has been taken; empty when it is all of what the digest names. */
  public Optional<String> objection() {
    Digest found = Digest.ofHash(digest.algorithm(), hash.digest());
    return found.equals(digest)
        ? Optional.empty()
        : Optional.of("its %,d bytes are %s".formatted(bytes, found));
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {}
}
