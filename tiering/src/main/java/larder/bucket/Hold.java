package larder.bucket;

import java.time.Duration;

/** For how long work may go on, which it asks before each step. */
public interface Hold {
  /** Work that nothing ends but itself. */
  Hold ALWAYS = () -> Duration.ofHours(1);

  /**
   * For how long from now on at least, zero or less when not at all. May be asked by several
   * threads at once.
   */
  Duration left();

  /** Whether it may go on now. */
  default boolean goesOn() {
    return left().isPositive();
  }
}
