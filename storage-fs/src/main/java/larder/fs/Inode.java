package larder.fs;

import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the file system says of a regular file. As long as all of it is the same, so are the bytes,
 * but for rot on the medium: nobody can write to a file, or put another in its place, and leave the
 * change time as it was.
 *
 * @param number of the inode
 * @param size in bytes
 * @param modified when the bytes last changed, in nanoseconds since 1970; anyone may set it
 * @param changed when anything of the file last changed, in nanoseconds since 1970; no one may set
 *     it
 */
public record Inode(long number, long size, long modified, long changed) {
  static final String ATTRIBUTES = "unix:mode,ino,size,lastModifiedTime,ctime";

  private static final int TYPE = 0170000;
  private static final int REGULAR = 0100000;

  static boolean regular(Map<String, Object> attributes) {
    return ((Integer) get(attributes, "mode") & TYPE) == REGULAR;
  }

  static Inode of(Map<String, Object> attributes) {
    return new Inode(
        (Long) get(attributes, "ino"),
        (Long) get(attributes, "size"),
        nanos(get(attributes, "lastModifiedTime")),
        nanos(get(attributes, "ctime")));
  }

  private static long nanos(Object time) {
    return ((FileTime) time).to(TimeUnit.NANOSECONDS);
  }

  private static Object get(Map<String, Object> attributes, String name) {
    Object value = attributes.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the file system does not tell " + name);
    }
    return value;
  }
}
