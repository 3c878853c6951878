package larder.simulate;

import larder.simulate.Trace.Manifest;

/** A cluster's disk by some policy, of which only the sizes of blobs are there. */
interface SimulatedDisk {

  /**
   * A client asks for a blob, which is fetched when it is not there.
   *
   * @param size in bytes
   * @return whether it was there
   */
  boolean asked(Integer blob, long size);

  /** A manifest is served. */
  default void served(Manifest manifest) {}

  /** Bytes written so far. */
  long written();
}
