package larder.fs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * An object's key as names below a directory, each part of it one name. Lower-case letters, digits,
 * {@code -}, {@code _} and {@code ~} stand for themselves, so does a dot within a part, and every
 * other byte of the UTF-8 form is {@code %XX}: capitals too, since some file systems take them for
 * small letters. An empty part is a lone {@code %}. A part too long for a name goes on in a folder
 * whose name ends in {@code %}. No name begins with a dot, so those that do are free for others.
 *
 * @param names of the folders, and at last of the file
 */
record KeyPath(List<String> names) {
  /** As in S3, in bytes. */
  static final int LONGEST_KEY = 1024;

  private static final int LONGEST_NAME = 255;
  private static final int ESCAPED = 3;

  /** Of the names of folders in which a part goes on. */
  private static final int SHORTEST_FULL = LONGEST_NAME - ESCAPED + 1;

  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String MARK = "%";

  /**
   * @throws IOException when there can be no object with this key
   */
  static KeyPath of(String key) throws IOException {
    String bytes = bytes(key);
    if (bytes.length() > LONGEST_KEY) {
      throw new IOException("a key may have " + LONGEST_KEY + " bytes, not " + bytes.length());
    }
    if (bytes.isEmpty()) {
      throw new IOException("a key may not be empty");
    }
    return ofBytes(bytes);
  }

  private static KeyPath ofBytes(String bytes) {
    List<String> names = new ArrayList<>();
    for (String part : bytes.split("/", -1)) {
      add(part, names);
    }
    return new KeyPath(List.copyOf(names));
  }

  /**
   * The key that leads to a file.
   *
   * @param bytes that the names of folders and file stand for
   * @return empty when it is someone else's file, whose names are only almost ours
   */
  static Optional<String> leadingTo(Path file, String bytes, Path root) {
    String key = new String(bytes.getBytes(ISO_8859_1), UTF_8);
    boolean leads =
        !bytes.isEmpty()
            && bytes.length() <= LONGEST_KEY
            && new String(key.getBytes(UTF_8), ISO_8859_1).equals(bytes)
            && ofBytes(bytes).file(root).equals(file);
    return leads ? Optional.of(key) : Optional.empty();
  }

  /**
   * A text's UTF-8 form, one {@code char} a byte: so strings compare as keys do.
   *
   * @throws IOException when it has none
   */
  static String bytes(String text) throws IOException {
    try {
      ByteBuffer bytes = UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      return ISO_8859_1.decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("not a text that UTF-8 can write", e);
    }
  }

  private static void add(String part, List<String> names) {
    if (part.isEmpty()) {
      names.add(MARK);
      return;
    }
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < part.length(); i++) {
      boolean last = i == part.length() - 1;
      String written = written(part.charAt(i), name.isEmpty() || last);
      if (name.length() + written.length() + MARK.length() > LONGEST_NAME) {
        names.add(name + MARK);
        name.setLength(0);
        written = written(part.charAt(i), true);
      }
      name.append(written);
    }
    names.add(name.toString());
  }

  private static String written(char c, boolean atAnEnd) {
    boolean plain =
        (c >= 'a' && c <= 'z')
            || (c >= '0' && c <= '9')
            || c == '-'
            || c == '_'
            || c == '~'
            || (c == '.' && !atAnEnd);
    return plain ? String.valueOf(c) : MARK + HEX.toHexDigits((byte) c);
  }

  /** Whether a name is that of a folder in which its part goes on. */
  static boolean goesOn(String name) {
    return name.length() > MARK.length() && name.endsWith(MARK);
  }

  /** The bytes that a name stands for; empty when it is none of those that are given here. */
  static Optional<String> decode(String name) {
    if (name.equals(MARK)) {
      return Optional.of("");
    }
    boolean goesOn = goesOn(name);
    if (name.length() > LONGEST_NAME || (goesOn && name.length() < SHORTEST_FULL)) {
      return Optional.empty();
    }
    StringBuilder bytes = new StringBuilder();
    int end = goesOn ? name.length() - MARK.length() : name.length();
    for (int at = 0; at < end; ) {
      int next = at + (name.startsWith(MARK, at) ? ESCAPED : 1);
      if (next > end) {
        return Optional.empty();
      }
      String written = name.substring(at, next);
      char c = decoded(written);
      boolean atAnEnd = at == 0 || (next == end && !goesOn);
      if (c == '/' || !written(c, atAnEnd).equals(written)) {
        return Optional.empty();
      }
      bytes.append(c);
      at = next;
    }
    return Optional.of(bytes.toString());
  }

  /** Of a name's piece; anything if the piece is none that is given here. */
  private static char decoded(String written) {
    return written.startsWith(MARK)
            && HexFormat.isHexDigit(written.charAt(1))
            && HexFormat.isHexDigit(written.charAt(2))
        ? (char) HexFormat.fromHexDigits(written, 1, ESCAPED)
        : written.charAt(0);
  }

  /** The folders on the way, the outermost first. */
  List<Path> folders(Path root) {
    List<Path> folders = new ArrayList<>();
    Path folder = root;
    for (String name : names.subList(0, names.size() - 1)) {
      folder = folder.resolve(name);
      folders.add(folder);
    }
    return folders;
  }

  Path file(Path root) {
    return root.resolve(String.join("/", names));
  }
}
