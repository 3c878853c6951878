package larder.simulate;

/** A trace that is none; the message says in which line. */
public final class TraceException extends Exception {
  private static final long serialVersionUID = 1;

  TraceException(long line, String message) {
    super("line " + line + ": " + message);
  }

  TraceException(String message) {
    super(message);
  }
}
