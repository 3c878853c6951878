package larder.tiering;

import java.io.Closeable;
import java.io.InterruptedIOException;

/**
 * Room in a tier that is charged before its bytes are written. Closing gives back what is still
 * charged.
 */
public final class Reservation implements Closeable {
  private final Tier tier;
  private long bytes; // guarded by the tier's index
  private long written; // guarded by the tier's index

  Reservation(Tier tier) {
    this.tier = tier;
  }

  /**
   * Charges more, evicting what has to go.
   *
   * @param total how many bytes are wanted in all
   * @return whether there was room
   */
  public boolean growTo(long total) throws InterruptedIOException {
    return total <= bytes || tier.grow(this, total);
  }

  /**
   * Tells that more of the room has been used, so that the medium's free space shows it already.
   */
  public void used(long more) {
    tier.wrote(this, more);
  }

  long bytes() {
    return bytes;
  }

  long unwritten() {
    return Math.max(0, bytes - written);
  }

  void charge(long total) {
    bytes = total;
  }

  void clear() {
    bytes = 0;
    written = 0;
  }

  void wrote(long more) {
    written += more;
  }

  @Override
  public void close() {
    tier.release(this);
  }
}
