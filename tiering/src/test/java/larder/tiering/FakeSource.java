package larder.tiering;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A source of given bytes that counts what it is asked for; a test says how it behaves. */
public final class FakeSource implements Source {
  private final byte[] bytes;
  private final Behaviour behaviour;
  private final List<Long> opened = new CopyOnWriteArrayList<>();
  private final AtomicLong read = new AtomicLong();

  /** How a source answers. */
  @FunctionalInterface
  public interface Behaviour {
    /**
     * @param attempt from 0
     */
    Answer answer(int attempt, long offset, byte[] bytes) throws IOException;
  }

  public FakeSource(byte[] bytes, Behaviour behaviour) {
    this.bytes = bytes;
    this.behaviour = behaviour;
  }

  public FakeSource(byte[] bytes) {
    this(bytes, (attempt, offset, all) -> whole(offset, all));
  }

  /** The right answer. */
  public static Answer whole(long offset, byte[] bytes) {
    return new Answer(OptionalLong.of(bytes.length), offset, from(offset, bytes));
  }

  /** The bytes from an offset on. */
  public static InputStream from(long offset, byte[] bytes) {
    return new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
  }

  /** An answer that breaks after so many bytes. */
  public static Answer breaking(long offset, byte[] bytes, int after) {
    InputStream in = from(offset, bytes);
    InputStream broken =
        new InputStream() {
          private int left = after;

          @Override
          public int read() {
            throw new UnsupportedOperationException();
          }

          @Override
          public int read(byte[] into, int at, int length) throws IOException {
            if (left == 0) {
              throw new IOException("connection reset");
            }
            int n = in.read(into, at, Math.min(length, left));
            left -= Math.max(n, 0);
            return n;
          }
        };
    return new Answer(OptionalLong.of(bytes.length), offset, broken);
  }

  /** The offsets asked for, in order. */
  public List<Long> opened() {
    return opened;
  }

  /** How many bytes were read from all answers. */
  public long bytesRead() {
    return read.get();
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public Answer open(long offset) throws IOException {
    int attempt;
    synchronized (opened) {
      attempt = opened.size();
      opened.add(offset);
    }
    Answer answer = behaviour.answer(attempt, offset, bytes);
    InputStream in = answer.bytes();
    return new Answer(
        answer.size(),
        answer.offset(),
        new InputStream() {
          @Override
          public int read() throws IOException {
            int b = in.read();
            if (b >= 0) {
              read.incrementAndGet();
            }
            return b;
          }

          @Override
          public int read(byte[] into, int at, int length) throws IOException {
            int n = in.read(into, at, length);
            read.addAndGet(Math.max(n, 0));
            return n;
          }

          @Override
          public void close() throws IOException {
            in.close();
          }
        });
  }
}
