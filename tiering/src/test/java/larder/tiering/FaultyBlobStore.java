package larder.tiering;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A store of which a test makes chosen calls fail. */
public final class FaultyBlobStore implements BlobStore {
  private final BlobStore store;
  final AtomicInteger finds = new AtomicInteger();
  final AtomicInteger removes = new AtomicInteger();

  /** Runs after each look into the store. */
  volatile Runnable onFind = () -> {};

  /** Runs after each removal. */
  volatile Runnable onRemove = () -> {};

  /** Nothing is known of any blob. */
  public volatile boolean findFails;

  /** What the medium does not give. */
  public volatile Predicate<BlobKey> unreadable = _ -> false;

  /** What cannot be opened. */
  public volatile Predicate<BlobKey> shut = _ -> false;

  volatile boolean putFails;
  volatile boolean removeFails;
  public volatile boolean scanFails;
  volatile long usable = Long.MAX_VALUE;

  public FaultyBlobStore(BlobStore store) {
    this.store = store;
  }

  @Override
  public Optional<StoredBlob> find(BlobKey key) throws IOException {
    finds.incrementAndGet();
    if (findFails) {
      throw new IOException("Input/output error");
    }
    if (shut.test(key)) {
      throw new IOException("Structure needs cleaning");
    }
    Optional<StoredBlob> found = store.find(key);
    onFind.run();
    return found.map(blob -> new Sick(blob, unreadable.test(key)));
  }

  @Override
  public void put(BlobKey key, Path file) throws IOException {
    if (putFails) {
      throw new IOException("Read-only file system");
    }
    store.put(key, file);
  }

  @Override
  public void remove(BlobKey key) throws IOException {
    removes.incrementAndGet();
    if (removeFails) {
      throw new IOException("Permission denied");
    }
    store.remove(key);
    onRemove.run();
  }

  @Override
  public void accessed(BlobKey key, Instant now) {
    store.accessed(key, now);
  }

  @Override
  public void forEach(Visitor visitor) throws IOException {
    if (scanFails) {
      throw new IOException("Input/output error");
    }
    store.forEach(visitor);
  }

  @Override
  public long usableSpace() {
    return usable;
  }

  @Override
  public void close() throws IOException {
    store.close();
  }

  private record Sick(StoredBlob blob, boolean sick) implements StoredBlob {
    @Override
    public long transferTo(ByteRange range, WritableByteChannel to) throws IOException {
      if (sick) {
        throw new IOException("Input/output error");
      }
      return blob.transferTo(range, to);
    }

    @Override
    public long length() {
      return blob.length();
    }

    @Override
    public boolean trusted() {
      return blob.trusted();
    }

    @Override
    public void trust() throws IOException {
      blob.trust();
    }

    @Override
    public OptionalLong size() {
      return blob.size();
    }

    @Override
    public Origin origin() {
      return blob.origin();
    }

    @Override
    public void close() throws IOException {
      blob.close();
    }
  }
}
