package larder.http;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How many file descriptors may be used for what, no more than memory bears.
 *
 * @param connections of clients that may be open at once, over all listeners
 * @param readers of blobs at once: each has a file open besides its connection
 * @param spools files that fills write at once, be they read by someone or not
 * @param upstream connections to all upstreams together, idle ones among them
 */
public record Descriptors(int connections, int readers, int spools, int upstream) {
  /*
   * The listener dies for good when accept() finds no free descriptor, so all of these together must never use them up.
   */
  private static final long KEPT_BACK = 128;
  private static final long MOST_CONNECTIONS = 16_384;
  private static final long FEWEST = 16;

  /** Few upstreams are asked for more than this at once. */
  private static final int MOST_OF_ONE_UPSTREAM = 256;

  /*
   * A connection to upstream has two buffers of 64 KiB, and a piece of at most 256 KiB of the blob that comes over it. A
   * body that is encrypted for a client has a direct buffer and a slice of 64 KiB each, and the buffers of TLS.
   */
  private static final long HEAP_OF_AN_ANSWER = 384 * 1024;
  private static final long HEAP_OF_AN_ENCRYPTED_READER = 104 * 1024;

  /** For a process that may have this many files and sockets open. */
  public static Descriptors of(long limit) {
    long free = Math.max(0, limit - KEPT_BACK);
    long connections = Math.clamp(free / 2, FEWEST, MOST_CONNECTIONS);
    long readers = Math.clamp(free / 4, FEWEST / 2, MOST_CONNECTIONS / 2);
    long others = Math.clamp(free / 8, FEWEST / 2, MOST_CONNECTIONS / 4);
    return new Descriptors((int) connections, (int) readers, (int) others, (int) others);
  }

  /**
   * The same, no more than fit into memory: what comes from upstreams into half of the heap, what
   * is encrypted into a quarter.
   *
   * @param heap in bytes
   * @param encrypted whether clients come by TLS
   */
  public Descriptors within(long heap, boolean encrypted) {
    long answers = Math.max(FEWEST / 2, heap / 2 / HEAP_OF_AN_ANSWER);
    long readable =
        encrypted ? Math.max(FEWEST / 2, heap / 4 / HEAP_OF_AN_ENCRYPTED_READER) : readers;
    return new Descriptors(
        connections, (int) Math.min(readers, readable), spools, (int) Math.min(upstream, answers));
  }

  /** Connections to each of so many upstreams. */
  public int toOneOf(int upstreams) {
    return Math.clamp(upstream / upstreams, 1, MOST_OF_ONE_UPSTREAM);
  }

  /** For this process, by its limit ({@code ulimit -n}). */
  public static Descriptors ofProcess() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? of(unix.getMaxFileDescriptorCount())
        : of(1024);
  }
}
