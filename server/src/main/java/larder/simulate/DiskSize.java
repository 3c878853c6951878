package larder.simulate;

/** How large the disk of each cluster is. */
public sealed interface DiskSize {

  /** As it was asked for. */
  String label();

  /**
   * @param footprint bytes of all blobs that the disk is asked for
   */
  long bytes(long footprint);

  /** A part of all blobs that the disk is asked for. */
  record Share(String label, double part) implements DiskSize {
    @Override
    public long bytes(long footprint) {
      return Math.round(footprint * part);
    }
  }

  /** The same whatever is asked for. */
  record Fixed(String label, long size) implements DiskSize {
    @Override
    public long bytes(long footprint) {
      return size;
    }
  }
}
