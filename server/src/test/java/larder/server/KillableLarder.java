package larder.server;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import larder.fs.Disk;
import larder.fs.PausingDisk;
import larder.fs.PausingDisk.Phase;

/**
 * A larder in a process of its own, to be killed; it can be made to stop for ever at a phase of
 * keeping a blob.
 */
final class KillableLarder {
  private KillableLarder() {}

  /** Where it stops, if anywhere. */
  enum Stop {
    NOWHERE,
    FSYNC,
    RENAME,
    INDEX
  }

  /**
   * @param arguments data directory, upstream, and where to stop once it is told to by a line. It
   *     prints its port, then a line for each blob that has come to that point; it ends when its
   *     input does
   */
  public static void main(String[] arguments) throws Exception {
    PausingDisk disk = new PausingDisk(Disk.real());
    Path blobs = Path.of(arguments[0]).resolve("blobs");
    RunningLarder larder = new RunningLarder(Path.of(arguments[0]));
    larder.disk = disk;
    larder.upstreams.add(
        RunningLarder.upstream("docker.io", true, URI.create(arguments[1]), List.of()));
    larder.start();
    System.out.println(larder.port());
    while (System.in.read() >= 0) {
      stop(disk, Stop.valueOf(arguments[2]), blobs);
      System.out.println("told");
    }
    // Whoever started it has ended when its input ends.
    System.exit(0);
  }

  private static void stop(PausingDisk disk, Stop where, Path blobs) {
    switch (where) {
      case NOWHERE -> {}
      case FSYNC -> stop(disk, Phase.BEFORE_FORCE, blobs);
      case RENAME -> stop(disk, Phase.BEFORE_MOVE, blobs);
      case INDEX -> stop(disk, Phase.AFTER_MOVE, blobs);
    }
  }

  private static void stop(PausingDisk disk, Phase phase, Path below) {
    disk.pauseAt(
        phase,
        path -> {
          if (path.startsWith(below)) {
            System.out.println("stopped");
            return true;
          }
          return false;
        });
  }
}
