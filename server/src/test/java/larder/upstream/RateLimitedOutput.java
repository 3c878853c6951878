package larder.upstream;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.LockSupport;

/** Passes bytes on at a steady rate at most, as a distant server's connection does. */
final class RateLimitedOutput extends OutputStream {
  private static final long SLICES_PER_SECOND = 100;

  private final OutputStream out;
  private final long bytesPerSecond;
  private final long start = System.nanoTime();
  private long written;

  RateLimitedOutput(OutputStream out, long bytesPerSecond) {
    this.out = out;
    this.bytesPerSecond = bytesPerSecond;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws IOException {
    int slice = Math.clamp(bytesPerSecond / SLICES_PER_SECOND, 1, 256 * 1024);
    for (int done = 0; done < length; ) {
      int n = Math.min(slice, length - done);
      out.write(buffer, offset + done, n);
      done += n;
      written += n;
      waitForTheRate();
    }
  }

  private void waitForTheRate() {
    long due = start + (long) (written * 1e9 / bytesPerSecond);
    for (long ahead = due - System.nanoTime(); ahead > 0; ahead = due - System.nanoTime()) {
      LockSupport.parkNanos(ahead);
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }
}
