package larder.s3;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Reads objects by several connections at once, since one is slow where a bucket is far or limits
 * what each may have. What comes before its turn waits in memory, of which all readers together
 * have a bounded number of segments; without one a reader goes on by a single connection.
 */
final class ReadAhead implements AutoCloseable {
  /** How many segments one reader asks for ahead of the one that it reads. */
  static final int AHEAD = 6;

  private final int segment;
  private final int segments;
  private final Semaphore room;

  /** Memory to be used again: fresh arrays of that size fill the heap within a second. */
  private final Queue<byte[]> spare = new ConcurrentLinkedQueue<>();

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("read-ahead-", 0).factory());

  ReadAhead(int segment, int segments) {
    this.segment = segment;
    this.segments = segments;
    this.room = new Semaphore(segments);
  }

  /** All from a part's first byte to the end of its object. */
  SegmentedStream of(S3Range first) {
    return new SegmentedStream(first, this);
  }

  int segment() {
    return segment;
  }

  boolean mayHold() {
    return room.tryAcquire();
  }

  /** Of a segment that is still being read, so that its memory is not free yet. */
  void letGo() {
    room.release();
    if (room.availablePermits() == segments) {
      spare.clear(); // nobody reads, and nobody may for long
    }
  }

  void letGo(Segment read) {
    spare.add(read.memory());
    letGo();
  }

  /**
   * A segment that has come.
   *
   * @param length how many of the bytes are its
   */
  record Segment(byte[] memory, int length) {}

  /** Has a segment read; whoever asked for it lets go of its room. */
  Future<Segment> read(S3Range.Reader reader, long from, long end, String etag) {
    return threads.submit(() -> {
      byte[] free = spare.poll();
      byte[] memory = free == null ? new byte[segment] : free;
      int length = (int) (end - from);
      try (S3Range range = reader.more(from, end, etag)) {
        if (range.readNBytes(memory, 0, length) < length) {
          throw new IOException("a part from byte " + from + " on ended early");
        }
      }
      return new Segment(memory, length);
    });
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
