package larder.simulate;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/** Lines of a text, of which none may be so long that it fills the memory. */
final class BoundedLines {
  /** Several times an image of thousands of layers. */
  static final int LONGEST = 1 << 20;

  private final Reader text;
  private final char[] buffer = new char[1 << 16];
  private int at;
  private int end;

  BoundedLines(Reader text) {
    this.text = text;
  }

  /**
   * The next line without its end; null after the last.
   *
   * @throws TooLongException when it is longer than {@link #LONGEST}
   */
  @Nullable String next() throws IOException, TooLongException {
    StringBuilder begun = new StringBuilder();
    while (at < end || fill()) {
      int from = at;
      while (at < end && buffer[at] != '\n') {
        at++;
      }
      begun.append(buffer, from, at - from);
      if (begun.length() > LONGEST) {
        throw new TooLongException();
      }
      if (at < end) {
        at++;
        return withoutReturn(begun);
      }
    }
    return begun.isEmpty() ? null : withoutReturn(begun);
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, text.read(buffer, 0, buffer.length));
    return end > 0;
  }

  private static String withoutReturn(StringBuilder line) {
    int length = line.length();
    boolean windows = length > 0 && line.charAt(length - 1) == '\r';
    return line.substring(0, windows ? length - 1 : length);
  }

  /** A line is longer than any of a trace. */
  static final class TooLongException extends Exception {
    private static final long serialVersionUID = 1;
  }
}
