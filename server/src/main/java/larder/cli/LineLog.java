package larder.cli;

import java.time.temporal.ChronoUnit;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The log as operators read it: a line for each record, on standard error. Libraries speak from
 * WARNING on.
 */
final class LineLog extends Formatter {
  /** Held on to, since loggers are forgotten with their levels. */
  private static @Nullable Logger larder;

  private static @Nullable Logger webServerStart;

  private LineLog() {}

  static void install() {
    System.setProperty("java.util.logging.manager", Kept.class.getName());
    Handler handler = new ConsoleHandler();
    handler.setFormatter(new LineLog());
    handler.setLevel(Level.ALL);
    Logger root = Logger.getLogger("");
    root.setLevel(Level.WARNING);
    root.addHandler(handler);
    larder = Logger.getLogger("larder");
    larder.setLevel(Level.INFO);
    // Says at length that a port cannot be listened on, which the command says with the key to
    // change.
    webServerStart = Logger.getLogger("io.helidon.webserver.LoomServer");
    webServerStart.setLevel(Level.OFF);
  }

  /** Keeps its handlers while the process ends, so that the end is logged too. */
  public static final class Kept extends LogManager {
    @Override
    public void readConfiguration() {
      // The log is as it is; no file says otherwise.
    }

    @Override
    public void reset() {
      // Called by the JVM as it ends.
    }
  }

  @Override
  public String format(LogRecord entry) {
    StringBuilder line = new StringBuilder(160);
    line.append(entry.getInstant().truncatedTo(ChronoUnit.MILLIS))
        .append(' ')
        .append(entry.getLevel().getName())
        .append(' ')
        .append(simple(entry.getLoggerName()))
        .append(": ")
        .append(oneLine(formatMessage(entry)));
    for (Throwable cause = entry.getThrown(); cause != null; cause = cause.getCause()) {
      line.append(" <- ").append(oneLine(cause.toString()));
      if (isBug(cause)) {
        for (StackTraceElement frame : cause.getStackTrace()) {
          line.append(" at ").append(frame);
        }
      }
    }
    return line.append('\n').toString();
  }

  private static boolean isBug(Throwable cause) {
    return cause instanceof RuntimeException || cause instanceof Error;
  }

  private static String simple(String name) {
    return name == null ? "" : name.substring(name.lastIndexOf('.') + 1);
  }

  static String oneLine(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n");
  }
}
