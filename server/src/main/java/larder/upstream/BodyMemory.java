package larder.upstream;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.IdentityHashMap;

/**
 * Room in the heap for bodies that are held whole while they come or are sent, so that slow peers
 * cannot fill it. Small ones are free, since connections are bounded and each holds one.
 */
public final class BodyMemory {
  /** How large a body may be to be free, in bytes. */
  public static final int FREE = 64 * 1024;

  private static final Hold NOTHING = () -> {};

  private final String what;
  private final long most;
  private final IdentityHashMap<byte[], Integer> sent = new IdentityHashMap<>(); // guarded by this
  private long taken; // guarded by this

  /**
   * @param what the bodies are, in the plural, for messages
   * @param most how many bytes may be held at once
   */
  public BodyMemory(String what, long most) {
    this.what = what;
    this.most = most;
  }

  /** There is no more room now; there will be when others have got theirs. */
  public static final class ExhaustedException extends IOException {
    private static final long serialVersionUID = 1;

    private ExhaustedException(String what, long most) {
      super(
          "larder holds as many bytes of %s in memory as it may, which are %d: ask again later, or give it a larger heap"
              .formatted(what, most));
    }
  }

  /** Room that is given back by closing. */
  public interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  /** Holds a body while it is sent; one that is sent to many at once counts once. */
  public Hold hold(byte[] body) throws ExhaustedException {
    if (body.length <= FREE) {
      return NOTHING;
    }
    synchronized (this) {
      if (!sent.containsKey(body)) {
        take(body.length);
      }
      sent.merge(body, 1, Integer::sum);
    }
    return () -> release(body);
  }

  /** Holds room for a body of so many bytes while it is read. */
  public Hold hold(long bytes) throws ExhaustedException {
    if (bytes <= FREE) {
      return NOTHING;
    }
    take(bytes);
    return () -> giveBack(bytes);
  }

  /** The body as it comes, for which room is held until it is closed. */
  InputStream holding(InputStream body) {
    return new Incoming(body);
  }

  private synchronized void take(long bytes) throws ExhaustedException {
    if (bytes > most - taken) {
      throw new ExhaustedException(what, most);
    }
    taken += bytes;
  }

  private synchronized void giveBack(long bytes) {
    taken -= bytes;
  }

  private synchronized void release(byte[] body) {
    if (sent.merge(body, -1, Integer::sum) == 0) {
      sent.remove(body);
      giveBack(body.length);
    }
  }

  private final class Incoming extends FilterInputStream {
    private long count;
    private long held;

    Incoming(InputStream body) {
      super(body);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = super.read(into, offset, length);
      count += Math.max(0, read);
      // Twice: whoever reads a body of unknown length whole joins its pieces at the end.
      long more = 2 * Math.max(0, count - FREE) - held;
      if (more > 0) {
        take(more);
        held += more;
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      giveBack(held);
      held = 0;
      super.close();
    }
  }
}
