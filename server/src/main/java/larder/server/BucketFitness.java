package larder.server;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Consumer;
import larder.bucket.Finding;
import larder.bucket.ObjectStore;
import larder.bucket.Trial;
import larder.config.BucketConfig;
import larder.fs.DirectoryObjectStore;
import larder.s3.Provisioning;
import larder.tiering.DiskThreads;

/** Makes the bucket that is configured fit for larder, and tells whether it is. */
public final class BucketFitness {
  private final BucketConfig config;
  private final Consumer<Finding> to;

  public BucketFitness(BucketConfig config, Consumer<Finding> to) {
    this.config = config;
    this.to = to;
  }

  /**
   * Makes it where it is not there, sets what larder wants, and checks it.
   *
   * @throws IOException when what is configured cannot be read
   */
  public void init() throws IOException {
    switch (config) {
      case BucketConfig.S3 s3 -> {
        try (Provisioning provisioning = open(s3)) {
          provisioning.init();
        }
      }
      case BucketConfig.Directory(Path path) -> check(path);
    }
  }

  /**
   * Only looks, and tries out what it removes afterwards.
   *
   * @throws IOException when what is configured cannot be read
   */
  public void check() throws IOException {
    switch (config) {
      case BucketConfig.S3 s3 -> {
        try (Provisioning provisioning = open(s3)) {
          provisioning.check();
        }
      }
      case BucketConfig.Directory(Path path) -> check(path);
    }
  }

  private Provisioning open(BucketConfig.S3 s3) throws IOException {
    return Provisioning.open(
        BucketStores.bucket(s3), InstantSource.system(), new SecureRandom(), to);
  }

  /** There is no other way to check a directory than to take it, which makes it too. */
  private void check(Path path) throws IOException {
    try (ObjectStore store = DirectoryObjectStore.open(path, new DiskThreads())) {
      to.accept(
          Finding.ok(
              "larder.bucket.path makes a directory the bucket: %s, for one larder at a time"
                  .formatted(path)));
      new Trial(store, _ -> "let larder's user write there", new SecureRandom(), to).run();
    } catch (IOException e) {
      to.accept(Finding.error(String.valueOf(e.getMessage())));
    }
  }
}
