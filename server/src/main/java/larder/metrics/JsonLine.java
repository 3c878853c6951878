package larder.metrics;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Writes one JSON object on one line of ASCII. What clients send is escaped, so that it can neither
 * end the line nor say anything of its own, and cut after {@link #LONGEST} characters.
 */
final class JsonLine {
  static final int LONGEST = 1024;

  private static final HexFormat HEX = HexFormat.of();

  private byte[] bytes = new byte[512];
  private int length;

  JsonLine() {
    put('{');
  }

  JsonLine text(String name, String value) {
    name(name);
    put('"');
    int most = Math.min(value.length(), LONGEST);
    for (int i = 0; i < most; i++) {
      character(value.charAt(i));
    }
    put('"');
    return this;
  }

  JsonLine number(String name, long value) {
    name(name);
    ascii(Long.toString(value));
    return this;
  }

  /** Writes thousandths as a decimal fraction. */
  JsonLine thousandths(String name, long value) {
    name(name);
    ascii(Long.toString(value / 1000));
    put('.');
    long rest = value % 1000;
    put((char) ('0' + rest / 100));
    put((char) ('0' + rest / 10 % 10));
    put((char) ('0' + rest % 10));
    return this;
  }

  JsonLine truth(String name, boolean value) {
    name(name);
    ascii(value ? "true" : "false");
    return this;
  }

  JsonLine nothing(String name) {
    name(name);
    ascii("null");
    return this;
  }

  /** Ends the line; nothing may be added to it. */
  byte[] end() {
    put('}');
    put('\n');
    return Arrays.copyOf(bytes, length);
  }

  private void name(String name) {
    if (length > 1) {
      put(',');
    }
    put('"');
    ascii(name);
    put('"');
    put(':');
  }

  private void character(char c) {
    if (c == '"' || c == '\\') {
      put('\\');
      put(c);
    } else if (c >= ' ' && c < 0x7f) {
      put(c);
    } else {
      ascii("\\u");
      ascii(HEX.toHexDigits(c));
    }
  }

  private void ascii(String text) {
    byte[] more = text.getBytes(StandardCharsets.US_ASCII);
    room(more.length);
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
  }

  private void put(char c) {
    room(1);
    bytes[length++] = (byte) c;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
