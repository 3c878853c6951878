package larder.simulate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What clusters asked for, in order: requests for blobs, and manifests that were served. Names are
 * numbers here, from 0 in the order of their first appearance; a request takes 15 bytes of memory.
 */
public final class Trace {
  private int count;
  private int[] seconds = new int[1024];
  private int[] subjects =
      new int[1024]; // a blob, or -1 - the number of a manifest that was served
  private short[] upstreams = new short[1024];
  private short[] clusters = new short[1024];

  private final Map<String, Integer> blobs = new HashMap<>();
  private long[] sizes = new long[1024];
  private final List<String> upstreamNames = new ArrayList<>();
  private final List<String> clusterNames = new ArrayList<>();
  private final List<Manifest> manifests = new ArrayList<>();

  /**
   * A manifest that was served.
   *
   * @param tag that it was asked for by, with its repository and upstream; empty when by digest
   */
  record Manifest(String tag, Integer digest, List<Integer> layers) {}

  Trace() {}

  /** How many requests and manifests there are. */
  public int length() {
    return count;
  }

  /** Since some moment before the first. */
  long second(int at) {
    return seconds[at];
  }

  boolean isManifest(int at) {
    return subjects[at] < 0;
  }

  Manifest manifest(int at) {
    return manifests.get(-1 - subjects[at]);
  }

  int blob(int at) {
    return subjects[at];
  }

  int upstream(int at) {
    return upstreams[at];
  }

  int cluster(int at) {
    return clusters[at];
  }

  /** How many blobs there are, requested or only named by manifests. */
  int blobs() {
    return blobs.size();
  }

  /** Of a blob in bytes, as it was requested last; 0 when it never was. */
  long size(int blob) {
    return sizes[blob];
  }

  List<String> upstreamNames() {
    return upstreamNames;
  }

  List<String> clusterNames() {
    return clusterNames;
  }

  int blob(String key) {
    int number = blobs.computeIfAbsent(key, _ -> blobs.size());
    if (number >= sizes.length) {
      sizes = Arrays.copyOf(sizes, sizes.length * 2);
    }
    return number;
  }

  void requested(long second, int blob, long size, int upstream, int cluster) {
    sizes[blob] = size;
    add(second, blob, upstream, cluster);
  }

  void served(long second, Manifest manifest, int upstream, int cluster) {
    manifests.add(manifest);
    add(second, -manifests.size(), upstream, cluster);
  }

  private void add(long second, int subject, int upstream, int cluster) {
    if (count == seconds.length) {
      int more = count + count / 2;
      seconds = Arrays.copyOf(seconds, more);
      subjects = Arrays.copyOf(subjects, more);
      upstreams = Arrays.copyOf(upstreams, more);
      clusters = Arrays.copyOf(clusters, more);
    }
    seconds[count] = (int) second;
    subjects[count] = subject;
    upstreams[count] = (short) upstream;
    clusters[count] = (short) cluster;
    count++;
  }
}
