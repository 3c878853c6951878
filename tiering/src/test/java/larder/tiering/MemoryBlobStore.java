package larder.tiering;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The reference of what a store does: no more than the contract asks. */
public final class MemoryBlobStore implements BlobStore {
  private final Map<BlobKey, Kept> blobs = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private final InstantSource clock;

  public MemoryBlobStore(InstantSource clock) {
    this.clock = clock;
  }

  private static final class Kept {
    final byte[] bytes;
    volatile boolean trusted;
    volatile Instant lastAccess;

    Kept(byte[] bytes, boolean trusted, Instant lastAccess) {
      this.bytes = bytes;
      this.trusted = trusted;
      this.lastAccess = lastAccess;
    }
  }

  @Override
  public Optional<StoredBlob> find(BlobKey key) {
    return Optional.ofNullable(blobs.get(key)).map(Handle::new);
  }

  @Override
  public void put(BlobKey key, Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    blobs.put(key, new Kept(bytes, true, clock.instant()));
  }

  /** Puts bytes that nobody has verified, as damage does. */
  public void putUntrusted(BlobKey key, byte[] bytes) {
    blobs.put(key, new Kept(bytes.clone(), false, clock.instant()));
  }

  /** Damages a blob's byte, of which nothing tells. */
  public void rot(BlobKey key, int at) {
    Objects.requireNonNull(blobs.get(key)).bytes[at] ^= 1;
  }

  @Override
  public void remove(BlobKey key) {
    blobs.remove(key);
  }

  @Override
  public void accessed(BlobKey key, Instant now) {
    Kept kept = blobs.get(key);
    if (kept != null) {
      kept.lastAccess = now;
    }
  }

  @Override
  public void forEach(Visitor visitor) {
    blobs.forEach((key, kept) -> visitor.blob(key, kept.bytes.length, kept.lastAccess));
  }

  @Override
  public long usableSpace() {
    return Long.MAX_VALUE;
  }

  /** How many handles have been opened and not closed. */
  public int openHandles() {
    return open.get();
  }

  @Override
  public void close() {}

  private final class Handle implements StoredBlob {
    private final Kept kept;
    private boolean closed;

    Handle(Kept kept) {
      this.kept = kept;
      open.incrementAndGet();
    }

    @Override
    public long length() {
      return kept.bytes.length;
    }

    @Override
    public OptionalLong size() {
      return OptionalLong.of(length());
    }

    @Override
    public boolean trusted() {
      return kept.trusted;
    }

    @Override
    public void trust() {
      kept.trusted = true;
    }

    @Override
    public Origin origin() {
      return Origin.DISK;
    }

    @Override
    public long transferTo(ByteRange range, WritableByteChannel to) throws IOException {
      if (range.end() > length()) {
        throw new EOFException("the blob ends at byte " + length() + ", asked for " + range);
      }
      ByteBuffer bytes = ByteBuffer.wrap(kept.bytes, (int) range.offset(), (int) range.length());
      while (bytes.hasRemaining()) {
        to.write(bytes);
      }
      return range.length();
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        open.decrementAndGet();
      }
    }
  }
}
