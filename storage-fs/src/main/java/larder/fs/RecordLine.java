package larder.fs;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;
import larder.tiering.BlobKey;
import larder.tiering.Digest;
import larder.tiering.Space;

/**
 * One record as a line of text: a checksum of the rest, the version of the format, then what the
 * record says. Any line can be lost, torn or doubled without harm to the others.
 *
 * <pre>
 * &lt;CRC-32C&gt; 1 &lt;space&gt; &lt;digest&gt; &lt;size&gt; &lt;inode&gt; &lt;modified&gt; &lt;changed&gt; &lt;last access&gt;
 * </pre>
 */
record RecordLine(BlobKey key, FileRecord record) {
  /** No line is longer, in bytes. */
  static final int LONGEST = 1024;

  private static final String VERSION = "1";
  private static final String PUBLIC = "public";
  private static final String PRIVATE = "private/";
  private static final int CHECKSUM = 8;
  private static final int FIELDS = 8;

  /** The line without its end. */
  static String write(BlobKey key, FileRecord record) {
    Inode inode = record.inode();
    StringBuilder line = new StringBuilder(200);
    line.append(VERSION)
        .append(' ')
        .append(space(key.space()))
        .append(' ')
        .append(key.digest())
        .append(' ')
        .append(inode.size())
        .append(' ')
        .append(inode.number())
        .append(' ')
        .append(inode.modified())
        .append(' ')
        .append(inode.changed())
        .append(' ')
        .append(record.lastAccess());
    byte[] bytes = line.toString().getBytes(StandardCharsets.ISO_8859_1);
    return checksum(bytes, 0, bytes.length) + " " + line;
  }

  /** Empty when the line is damaged, or says what this version does not understand. */
  static Optional<RecordLine> read(byte[] bytes, int from, int length) {
    int rest = CHECKSUM + 1;
    if (length <= rest) {
      return Optional.empty();
    }
    String text = new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    if (!text.startsWith(checksum(bytes, from + rest, length - rest))
        || text.charAt(CHECKSUM) != ' ') {
      return Optional.empty();
    }
    int[] ends = new int[FIELDS];
    int found = 0;
    for (int at = rest; (at = text.indexOf(' ', at)) >= 0 && found < FIELDS; at++) {
      ends[found++] = at;
    }
    if (found != FIELDS - 1 || !text.startsWith(VERSION + " ", rest)) {
      return Optional.empty();
    }
    ends[found] = length;
    Optional<Space> space = space(text.substring(ends[0] + 1, ends[1]));
    Optional<Digest> digest = Digest.parse(text.substring(ends[1] + 1, ends[2]));
    if (space.isEmpty() || digest.isEmpty()) {
      return Optional.empty();
    }
    try {
      Inode inode =
          new Inode(
              number(text, ends, 4),
              number(text, ends, 3),
              number(text, ends, 5),
              number(text, ends, 6));
      FileRecord record = new FileRecord(inode, number(text, ends, 7), FileRecord.State.LOADED);
      return Optional.of(new RecordLine(new BlobKey(space.get(), digest.get()), record));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private static long number(String text, int[] ends, int field) {
    return Long.parseLong(text, ends[field - 1] + 1, ends[field], 10);
  }

  private static String checksum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private static String space(Space space) {
    return switch (space) {
      case Space.Public() -> PUBLIC;
      case Space.Private(String upstream) -> PRIVATE + SpaceName.encode(upstream);
    };
  }

  private static Optional<Space> space(String text) {
    if (text.equals(PUBLIC)) {
      return Optional.of(Space.PUBLIC);
    }
    return text.startsWith(PRIVATE)
        ? SpaceName.decode(text.substring(PRIVATE.length())).map(Space.Private::new)
        : Optional.empty();
  }
}
