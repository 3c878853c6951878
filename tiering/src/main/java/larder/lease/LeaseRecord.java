package larder.lease;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a lease's object says: these on a line each, and a last line that tells that it is whole.
 *
 * @param nonce of this taking, which tells one's own from those of others
 * @param epoch how often the lease has been taken, this time included
 * @param write another one in each record, so that no two have the same etag
 * @param holder who has it, for people
 * @param note what the holder tells those who do not have it
 */
public record LeaseRecord(
    String nonce, long epoch, String write, String holder, State state, String note) {
  private static final String END = "end";

  /** How far the holder is. */
  public enum State {
    /** At work. */
    HELD,
    /** Has done what the lease was for. */
    DONE,
    /** Has given it up. */
    FAILED;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<State> of(String label) {
      return List.of(values()).stream().filter(each -> each.label().equals(label)).findFirst();
    }
  }

  /** Ends with a line break. */
  String format() {
    return String.join(
            "\n",
            nonce,
            Long.toString(epoch),
            write,
            oneLine(holder),
            state.label(),
            oneLine(note),
            END)
        + "\n";
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  /**
   * Empty when it is no record, or not all of one.
   *
   * @param text may have more lines, such as a signature's
   */
  static Optional<LeaseRecord> parse(String text) {
    String[] lines = text.split("\n", -1);
    if (lines.length < 8 || !lines[6].equals(END) || !lines[1].matches("[0-9]{1,18}")) {
      return Optional.empty();
    }
    return State.of(lines[4])
        .map(state ->
            new LeaseRecord(
                lines[0], Long.parseLong(lines[1]), lines[2], lines[3], state, lines[5]));
  }
}
