package larder.fs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;
import larder.tiering.BlobKey;
import larder.tiering.BlobStore.StoredBlob;
import larder.tiering.ByteRange;
import larder.tiering.Origin;
import org.jspecify.annotations.Nullable;

/** An open file. It has a channel of its own, since an interrupt closes the channel. */
final class FileBlob implements StoredBlob {
  private final FileBlobStore store;
  private final BlobKey key;
  private final FileChannel file;
  private final Inode inode;
  private final @Nullable FileRecord record;

  FileBlob(
      FileBlobStore store,
      BlobKey key,
      FileChannel file,
      Inode inode,
      @Nullable FileRecord record) {
    this.store = store;
    this.key = key;
    this.file = file;
    this.inode = inode;
    this.record = record;
  }

  @Override
  public long length() {
    return inode.size();
  }

  @Override
  public OptionalLong size() {
    return OptionalLong.of(length());
  }

  @Override
  public Origin origin() {
    return Origin.DISK;
  }

  @Override
  public boolean trusted() {
    return record != null && record.state() != FileRecord.State.DOUBTFUL && record.matches(inode);
  }

  @Override
  public void trust() {
    store.trust(key, inode, record);
  }

  @Override
  public long transferTo(ByteRange range, WritableByteChannel to) throws IOException {
    store.transfer().send(file, range.offset(), range.length(), to);
    return range.length();
  }

  @Override
  public void close() throws IOException {
    store.threads().run(file::close);
  }
}
