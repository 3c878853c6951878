package larder.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import larder.s3.ReadAhead.Segment;

/** An object from one byte to its end, of segments that are asked for ahead. For one thread. */
final class SegmentedStream extends ChunkStream {
  private final S3Range.Reader reader;
  private final ReadAhead readAhead;
  private final String etag;
  private final long size;

  /** Those that are under way or have come, in order, each with room of its own. */
  private final Deque<Future<Segment>> ahead = new ArrayDeque<>();

  private InputStream current;
  private boolean begun; // to ask ahead
  private Optional<Segment> held =
      Optional.empty(); // the current one, where it has room of its own
  private long position;
  private long asked; // the first byte that nobody has asked for

  SegmentedStream(S3Range first, ReadAhead readAhead) {
    this.reader = first.reader();
    this.readAhead = readAhead;
    this.etag = first.etag();
    this.size = first.size();
    this.current = first;
    this.position = first.position();
    this.asked = first.end();
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (begun) {
      askAhead();
    }
    int read;
    while ((read = current.read(into, offset, length)) < 0) {
      begun = true; // not before: many want no more than the first segment
      if (position >= size) {
        return -1;
      }
      askAhead();
      if (!next()) {
        return -1;
      }
      askAhead();
    }
    position += read;
    return read;
  }

  private void askAhead() {
    while (asked < size && ahead.size() < ReadAhead.AHEAD && readAhead.mayHold()) {
      long end = Math.min(size, asked + readAhead.segment());
      ahead.add(readAhead.read(reader, asked, end, etag));
      asked = end;
    }
  }

  /** Goes on with what comes next; false when the store ended too early. */
  private boolean next() throws IOException {
    letGo();
    Future<Segment> next = ahead.peek();
    if (next != null) {
      Segment segment = taken(next);
      var _ = ahead.remove();
      held = Optional.of(segment);
      current = new ByteArrayInputStream(segment.memory(), 0, segment.length());
      return true;
    }
    if (position < asked) {
      return false;
    }
    asked = size;
    current = reader.more(position, size, etag);
    return true;
  }

  private static Segment taken(Future<Segment> segment) throws IOException {
    try {
      return segment.get();
    } catch (InterruptedException e) {
      segment.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a part is read");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException("a part could not be read", e.getCause());
    }
  }

  private void letGo() throws IOException {
    current.close();
    held.ifPresent(readAhead::letGo);
    held = Optional.empty();
  }

  @Override
  public void close() throws IOException {
    for (Future<Segment> each : ahead) {
      each.cancel(true);
      if (each.state() == Future.State.SUCCESS) {
        readAhead.letGo(each.resultNow());
      } else {
        readAhead.letGo();
      }
    }
    ahead.clear();
    asked = size;
    letGo();
    current = InputStream.nullInputStream();
  }
}
