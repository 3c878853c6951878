package larder.cli;

/** Ends a command with one line for the person who typed it. */
final class CommandFailedException extends Exception {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  CommandFailedException(int exitCode, String line) {
    super(line);
    this.exitCode = exitCode;
  }

  CommandFailedException(int exitCode, String line, Throwable cause) {
    super(line, cause);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
