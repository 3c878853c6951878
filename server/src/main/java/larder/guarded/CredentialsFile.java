package larder.guarded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import larder.files.SmallFile;

/**
 * The lines of a file of users or tokens, without blank ones and comments.
 *
 * @param key under which it is configured, for messages
 */
record CredentialsFile(String key, Path path, List<Line> lines) {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@+ -]{0,63}");

  /**
   * One line.
   *
   * @param where it is, for messages
   */
  record Line(String where, String text) {

    /** A complaint; the text of the line is no part of it, since it may be a secret. */
    IOException trouble(String complaint) {
      return new IOException(where + " " + complaint);
    }

    /** A name from this line, checked. */
    String name(String name) throws IOException {
      if (name.length() > Authorization.LONGEST_NAME
          || name.chars().anyMatch(Character::isISOControl)) {
        throw trouble("has a name with control characters or more than 255 characters; shorten it");
      }
      return name;
    }

    /** The name for a message, unless it may be a secret that was put in its place. */
    static String shown(String name) {
      return PLAIN.matcher(name).matches() ? '"' + name + '"' : "that user";
    }
  }

  static CredentialsFile read(String key, Path path) throws IOException {
    String text;
    try {
      text = UTF_8.newDecoder().decode(ByteBuffer.wrap(SmallFile.read(key, path))).toString();
    } catch (CharacterCodingException e) {
      throw new IOException(key + ": " + path + " is not UTF-8; write it anew", e);
    }
    List<Line> lines = new ArrayList<>();
    int number = 0;
    for (String each : (Iterable<String>) text.lines()::iterator) {
      number++;
      String line = (number == 1 && each.startsWith("\uFEFF") ? each.substring(1) : each).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        lines.add(new Line("%s: %s line %d".formatted(key, path, number), line));
      }
    }
    return new CredentialsFile(key, path, lines);
  }
}
