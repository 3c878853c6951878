package larder.fsck;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import larder.tiering.Digest;

/**
 * Which part of all that is kept is looked at. The same seed takes the same, in whatever order it
 * comes and wherever it is.
 *
 * @param percent more than 0, at most 100
 */
public record Sample(double percent, long seed) {
  /** How many digits of a hash are compared. */
  private static final int DIGITS = 12;

  public Sample {
    if (!(percent > 0 && percent <= 100)) {
      throw new IllegalArgumentException("a sample is of more than 0 and at most 100 percent");
    }
  }

  /** All that there is. */
  public static Sample all() {
    return new Sample(100, 0);
  }

  public boolean isAll() {
    return percent >= 100;
  }

  /**
   * @param name tells what is kept from all else
   */
  public boolean takes(String name) {
    if (isAll()) {
      return true;
    }
    byte[] text = (seed + "\n" + name).getBytes(StandardCharsets.UTF_8);
    String hash = Digest.of(Digest.Algorithm.SHA256, text).hex();
    long drawn = HexFormat.fromHexDigitsToLong(hash, 0, DIGITS);
    return drawn < percent / 100 * (1L << (4 * DIGITS));
  }
}
