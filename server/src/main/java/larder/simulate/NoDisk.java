package larder.simulate;

/** All comes from upstream, each time. */
final class NoDisk implements SimulatedDisk {
  @Override
  public boolean asked(Integer blob, long size) {
    return false;
  }

  @Override
  public long written() {
    return 0;
  }
}
