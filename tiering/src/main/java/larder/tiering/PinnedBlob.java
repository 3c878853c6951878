package larder.tiering;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/** A stored blob that its tier does not evict until it is closed. */
final class PinnedBlob implements BlobStore.StoredBlob {
  private final BlobStore.StoredBlob blob;
  private final Runnable unpin;
  private final AtomicBoolean open = new AtomicBoolean(true);

  PinnedBlob(BlobStore.StoredBlob blob, Runnable unpin) {
    this.blob = blob;
    this.unpin = unpin;
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
  public long transferTo(ByteRange range, WritableByteChannel to) throws IOException {
    return blob.transferTo(range, to);
  }

  @Override
  public void close() throws IOException {
    if (open.getAndSet(false)) {
      try {
        blob.close();
      } finally {
        unpin.run();
      }
    }
  }
}
