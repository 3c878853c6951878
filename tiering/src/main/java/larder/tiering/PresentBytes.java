package larder.tiering;

import java.util.Map;
import java.util.TreeMap;

/**
 * Which bytes of a growing file are there: disjoint runs, never adjacent. Not safe for use by
 * several threads at once.
 */
final class PresentBytes {
  private final TreeMap<Long, Long> ends = new TreeMap<>();

  /** Adds a range; what was there already is no error. */
  void add(ByteRange range) {
    if (range.length() == 0) {
      return;
    }
    long start = range.offset();
    long end = range.end();
    Map.Entry<Long, Long> before = ends.floorEntry(start);
    if (before != null && before.getValue() >= start) {
      start = before.getKey();
      end = Math.max(end, before.getValue());
    }
    for (Map.Entry<Long, Long> next = ends.ceilingEntry(start);
        next != null && next.getKey() <= end;
        next = ends.ceilingEntry(start)) {
      end = Math.max(end, next.getValue());
      ends.remove(next.getKey());
    }
    ends.put(start, end);
  }

  /**
   * The end of the run that holds the byte at this offset; the offset itself when that byte is
   * missing.
   */
  long endOfRun(long offset) {
    Map.Entry<Long, Long> run = ends.floorEntry(offset);
    return run == null ? offset : Math.max(offset, run.getValue());
  }

  /** How many bytes are there. */
  long count() {
    return ends.entrySet().stream().mapToLong(run -> run.getValue() - run.getKey()).sum();
  }
}
