package larder.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import larder.bucket.Body;

/** A part of what is written, as the SDK reads it. */
final class PartStream extends InputStream {
  private final Body body;
  private final long end;
  private long position;

  PartStream(Body body, long from, long length) {
    this.body = body;
    this.position = from;
    this.end = from + length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
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
    int read = body.read(ByteBuffer.wrap(into, offset, most), position);
    if (read > 0) {
      position += read;
    }
    return read;
  }
}
