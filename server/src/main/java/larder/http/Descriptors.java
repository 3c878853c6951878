package larder.http;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How many file descriptors may be used for what.
 *
 * @param connections of clients that may be open at once, over all listeners
 * @param readers of blobs at once: each holds a file or a connection to upstream besides its own
 */
public record Descriptors(int connections, int readers) {
  /*
   * The listener dies for good when accept() finds no free descriptor, so connections alone must never use them up. A
   * quarter is left to spools, the client of upstream and whatever else the process has open.
   */
  private static final long KEPT_BACK = 64;
  private static final long MOST_CONNECTIONS = 16_384;
  private static final long FEWEST = 16;

  /** For a process that may have this many files and sockets open. */
  public static Descriptors of(long limit) {
    long free = Math.max(0, limit - KEPT_BACK);
    long connections = Math.clamp(free / 2, FEWEST, MOST_CONNECTIONS);
    long readers = Math.clamp(free / 4, FEWEST / 2, MOST_CONNECTIONS / 2);
    return new Descriptors((int) connections, (int) readers);
  }

  /** For this process, by its limit ({@code ulimit -n}). */
  public static Descriptors ofProcess() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? of(unix.getMaxFileDescriptorCount())
        : of(1024);
  }
}
