package larder.cli;

import java.time.temporal.ChronoUnit;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The log as operators read it: a line for each record, on standard error. Libraries speak from
 * WARNING on.
 */
final class LineLog extends Formatter {
  /** Held on to, since loggers are forgotten with their levels. */
  private static final Logger LARDER = Logger.getLogger("larder");

  private LineLog() {}

  static void install() {
    LogManager.getLogManager().reset();
    Handler handler = new ConsoleHandler();
    handler.setFormatter(new LineLog());
    handler.setLevel(Level.ALL);
    Logger root = Logger.getLogger("");
    root.setLevel(Level.WARNING);
    root.addHandler(handler);
    LARDER.setLevel(Level.INFO);
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

  private static String oneLine(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n");
  }
}
