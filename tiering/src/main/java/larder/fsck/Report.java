package larder.fsck;

/** Hears how a check goes on; by several threads at once. */
public interface Report {

  /** One more was looked at, and is right. */
  void right(long bytes);

  /** One more was looked at, and is wrong. */
  void wrong(Wrong wrong);

  /**
   * A check has come so far.
   *
   * @param folder that it is in
   * @param part of the folder that is done, from 0 to 1
   */
  void reached(Wrong.Place place, String folder, double part);
}
