package larder.fs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;
import larder.tiering.BlobKey;
import larder.tiering.BlobStore.StoredBlob;
import larder.tiering.ByteRange;
import larder.tiering.Origin;

/** An open file. It has a channel of its own, since an interrupt closes the channel. */
final class FileBlob implements StoredBlob {
  private final FileBlobStore store;
  private final BlobKey key;
  private final FileChannel file;
  private final Inode inode;
  private final boolean trusted;

  FileBlob(FileBlobStore store, BlobKey key, FileChannel file, Inode inode, boolean trusted) {
    this.store = store;
    this.key = key;
    this.file = file;
    this.inode = inode;
    this.trusted = trusted;
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
    return trusted;
  }

  @Override
  public void trust() throws IOException {
    if (!trusted) {
      store.trust(key, inode);
    }
  }

  @Override
  public long transferTo(ByteRange range, WritableByteChannel to) throws IOException {
    store.transfer().send(file, range.offset(), range.length(), to);
    return range.length();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
