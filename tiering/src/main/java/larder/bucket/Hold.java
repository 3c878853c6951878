package larder.bucket;

/** Whether long work may go on, which it asks before each step. */
public interface Hold {
  /** Work that nothing ends but itself. */
  Hold ALWAYS = () -> true;

  /** May be asked by several threads at once. */
  boolean goesOn();
}
