package larder.fs;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * An upstream's name as the name of one folder: lower-case letters, digits, {@code -} and {@code _}
 * stand for themselves, so does a dot that is not the first, and every other byte of the UTF-8 form
 * is written {@code %XX}. The empty name is a lone {@code %}.
 */
final class SpaceName {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String EMPTY = "%";
  private static final int LONGEST = 255;

  private SpaceName() {}

  /**
   * @throws IllegalArgumentException when the result is too long for a file system
   */
  static String encode(String name) {
    if (name.isEmpty()) {
      return EMPTY;
    }
    StringBuilder folder = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      if (plain((char) b) || (b == '.' && !folder.isEmpty())) {
        folder.append((char) b);
      } else {
        folder.append('%').append(HEX.toHexDigits(b));
      }
    }
    if (folder.length() > LONGEST) {
      throw new IllegalArgumentException("the name is too long for a folder: " + name);
    }
    return folder.toString();
  }

  /** Empty when no name is written so. */
  static Optional<String> decode(String folder) {
    if (folder.equals(EMPTY)) {
      return Optional.of("");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < folder.length(); i++) {
      char c = folder.charAt(i);
      if (c != '%') {
        bytes.write(c);
      } else if (i + 2 < folder.length() && hex(folder, i + 1) && hex(folder, i + 2)) {
        bytes.write(HexFormat.fromHexDigits(folder, i + 1, i + 3));
        i += 2;
      } else {
        return Optional.empty();
      }
    }
    String name = bytes.toString(StandardCharsets.UTF_8);
    return folder.length() <= LONGEST && encode(name).equals(folder)
        ? Optional.of(name)
        : Optional.empty();
  }

  private static boolean hex(String text, int at) {
    return HexFormat.isHexDigit(text.charAt(at));
  }

  private static boolean plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  }
}
