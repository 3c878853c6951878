package larder.s3;

import java.io.IOException;
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
  static final int AHEAD = 4;

  private final int segment;
  private final Semaphore room;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("read-ahead-", 0).factory());

  ReadAhead(int segment, int segments) {
    this.segment = segment;
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

  void letGo() {
    room.release();
  }

  /** Has a segment read; whoever asked for it lets go of its room. */
  Future<byte[]> read(S3Range.Reader reader, long from, long end, String etag) {
    return threads.submit(() -> {
      byte[] bytes = new byte[(int) (end - from)];
      try (S3Range range = reader.more(from, end, etag)) {
        if (range.readNBytes(bytes, 0, bytes.length) < bytes.length) {
          throw new IOException("a part from byte " + from + " on ended early");
        }
      }
      return bytes;
    });
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
