package larder.server;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.TrustManager;
import larder.bucket.ObjectStore;
import larder.certificates.Authorities;
import larder.certificates.PemFile;
import larder.config.BucketConfig;
import larder.fs.DirectoryObjectStore;
import larder.s3.S3Bucket;
import larder.s3.S3ObjectStore;
import larder.tiering.DiskThreads;
import larder.tiering.Events;

/** Opens the store that is configured. */
final class BucketStores {
  private BucketStores() {}

  /**
   * Makes no request.
   *
   * @param connections to the store at the most
   * @param events told of each request
   */
  static ObjectStore open(
      BucketConfig config,
      DiskThreads threads,
      long heap,
      int connections,
      Events events,
      InstantSource clock)
      throws IOException {
    return switch (config) {
      case BucketConfig.S3 s3 ->
          S3ObjectStore.open(
              bucket(s3), S3ObjectStore.Limits.within(heap, connections), events, clock);
      case BucketConfig.Directory(Path path) -> DirectoryObjectStore.open(path, threads);
    };
  }

  static S3Bucket bucket(BucketConfig.S3 config) throws IOException {
    return new S3Bucket(
        config.name(),
        config.endpoint(),
        config.region(),
        config.prefix(),
        config.key().map(key -> new S3Bucket.AccessKey(key.id(), key.secret().value())),
        config.pathStyle(),
        trust(config));
  }

  private static List<TrustManager> trust(BucketConfig.S3 config) throws IOException {
    if (config.authorities().isEmpty()) {
      return List.of();
    }
    PemFile file = new PemFile("larder.bucket.ca-file", config.authorities().get());
    try {
      return List.of(Authorities.ofJdk().and(file.certificates()).managers());
    } catch (GeneralSecurityException e) {
      throw new IOException("larder.bucket.ca-file: " + e.getMessage(), e);
    }
  }
}
