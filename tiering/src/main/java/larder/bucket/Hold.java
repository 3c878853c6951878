package larder.bucket;

import java.io.IOException;

/** Whether long work may go on, which it asks before each step. */
public interface Hold {
  /** Work that nothing ends but itself. */
  Hold ALWAYS = () -> true;

  /**
   * @throws IOException when that cannot be known, so that the work ends
   */
  boolean goesOn() throws IOException;
}
