package larder.fs;

import java.io.IOException;
import java.io.InputStream;

/** Splits a stream into lines; longer ones than a bound are passed over, and so is a torn end. */
final class Lines {
  private Lines() {}

  /** Receives a line without its end. */
  @FunctionalInterface
  interface Reader {
    void line(byte[] bytes, int from, int length);
  }

  static void read(InputStream in, int longest, Reader reader) throws IOException {
    byte[] buffer = new byte[Math.max(64 * 1024, 2 * longest)];
    int filled = 0;
    boolean passingOver = false;
    int read;
    while ((read = in.read(buffer, filled, buffer.length - filled)) >= 0) {
      int end = filled + read;
      int start = 0;
      for (int i = filled; i < end; i++) {
        if (buffer[i] == '\n') {
          if (!passingOver && i - start <= longest) {
            reader.line(buffer, start, i - start);
          }
          passingOver = false;
          start = i + 1;
        }
      }
      filled = end - start;
      if (filled > longest) {
        passingOver = true;
        filled = 0;
      }
      System.arraycopy(buffer, start, buffer, 0, filled);
    }
  }
}
