package larder.s3;

import java.io.IOException;
import java.nio.ByteBuffer;
import larder.bucket.Body;
import larder.bucket.LocalTroubleException;

/** A part of what is written, as the SDK reads it. */
final class PartStream extends ChunkStream {
  private final Body body;
  private final long end;
  private long position;

  PartStream(Body body, long from, long length) {
    this.body = body;
    this.position = from;
    this.end = from + length;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int most = (int) Math.min(length, end - position);
    if (most == 0) {
      return -1;
    }
    int read;
    try {
      read = body.read(ByteBuffer.wrap(into, offset, most), position);
    } catch (IOException e) {
      throw new LocalTroubleException("what is to be written cannot be read: " + e, e);
    }
    if (read > 0) {
      position += read;
    }
    return read;
  }
}
