package larder.http;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How many file descriptors may be used for what.
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

  /**
   * Few upstreams are asked for more than this at once, and fewer than that cannot be worked with.
   */
  private static final int MOST_OF_ONE_UPSTREAM = 256;

  private static final int FEWEST_OF_ONE_UPSTREAM = 8;

  /** For a process that may have this many files and sockets open. */
  public static Descriptors of(long limit) {
    long free = Math.max(0, limit - KEPT_BACK);
    long connections = Math.clamp(free / 2, FEWEST, MOST_CONNECTIONS);
    long readers = Math.clamp(free / 4, FEWEST / 2, MOST_CONNECTIONS / 2);
    long others = Math.clamp(free / 8, FEWEST / 2, MOST_CONNECTIONS / 4);
    return new Descriptors((int) connections, (int) readers, (int) others, (int) others);
  }

  /** Connections to each of so many upstreams. */
  public int toOneOf(int upstreams) {
    return Math.clamp(upstream / upstreams, FEWEST_OF_ONE_UPSTREAM, MOST_OF_ONE_UPSTREAM);
  }

  /** For this process, by its limit ({@code ulimit -n}). */
  public static Descriptors ofProcess() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? of(unix.getMaxFileDescriptorCount())
        : of(1024);
  }
}
