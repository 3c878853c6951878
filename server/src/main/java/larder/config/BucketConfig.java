package larder.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** What all clusters share. */
public sealed interface BucketConfig {

  /**
   * A bucket of a store that speaks S3.
   *
   * @param name of the bucket
   * @param endpoint empty for AWS
   * @param prefix of all keys: empty, or ends with {@code /}
   * @param key empty for the credentials that AWS finds by itself
   * @param pathStyle whether the bucket is a part of the path, rather than of the host's name
   * @param authorities a file in PEM that tells whom to trust besides those that the JDK trusts
   */
  record S3(
      String name,
      Optional<URI> endpoint,
      String region,
      String prefix,
      Optional<AccessKey> key,
      boolean pathStyle,
      Optional<Path> authorities)
      implements BucketConfig {}

  /**
   * A directory that stands in for a bucket, for one process.
   *
   * @param path absolute; need not exist yet
   */
  record Directory(Path path) implements BucketConfig {}

  /** By what larder makes itself known to the store. */
  record AccessKey(String id, Secret secret) {}
}
