package larder.tiering;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;

/**
 * A trusted blob of a tier. When its file turns out damaged while it is sent, it is removed, so
 * that the next request repairs it.
 */
record ResidentBlob(BlobKey key, PinnedBlob blob) implements Blob {
  private static final String EIO = "Input/output error";

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
    range.checkWithin(blob.size(), key);
    try {
      return blob.transferTo(range, to);
    } catch (IOException e) {
      if (e instanceof EOFException || EIO.equals(e.getMessage())) {
        blob.damaged();
      }
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    blob.close();
  }
}
