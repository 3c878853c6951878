package larder.cli;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How far a long command has come: a bar where a person looks on, else a line now and then, which a
 * log can hold. By several threads at once.
 */
sealed interface ProgressLine extends AutoCloseable permits ProgressBarLine, ProgressLine.Lines {

  /** How often a log is told. */
  Duration NOW_AND_THEN = Duration.ofSeconds(30);

  /**
   * @param part of what is being looked at, from 0 to 1
   */
  void reached(String where, double part, long objects, long bytes);

  /** Prints something else, which stays. */
  void around(Runnable print);

  @Override
  void close();

  /** For whoever reads standard error. */
  static ProgressLine on(PrintWriter errors) {
    return isTerminal() ? new ProgressBarLine() : new Lines(errors, System::nanoTime);
  }

  /** Java tells of input and output, and not of where errors go. */
  private static boolean isTerminal() {
    try {
      Path errors = Files.readSymbolicLink(Path.of("/proc/self/fd/2"));
      return errors.startsWith("/dev/pts") || errors.toString().startsWith("/dev/tty");
    } catch (IOException e) {
      // Where there is no /proc.
      return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }
  }

  static String text(long objects, long bytes) {
    return String.format(Locale.ROOT, "%,d objects, %,d MiB", objects, bytes >> 20);
  }

  /** Lines that say when they were written by being there. */
  final class Lines implements ProgressLine {
    private final PrintWriter to;
    private final LongSupplier nanos;
    private long told; // guarded by this

    Lines(PrintWriter to, LongSupplier nanos) {
      this.to = to;
      this.nanos = nanos;
      this.told = nanos.getAsLong();
    }

    @Override
    public synchronized void reached(String where, double part, long objects, long bytes) {
      if (nanos.getAsLong() - told >= NOW_AND_THEN.toNanos()) {
        told = nanos.getAsLong();
        to.printf(Locale.ROOT, "larder: %s %.0f %%, %s%n", where, part * 100, text(objects, bytes));
        to.flush();
      }
    }

    @Override
    public synchronized void around(Runnable print) {
      print.run();
    }

    @Override
    public void close() {}
  }
}
