package larder.cli;

import larder.s3.S3Bucket;

/** The store that tests run against, as an operator writes it below {@code larder}. */
final class BucketSection {
  private BucketSection() {}

  static String of(S3Bucket bucket) {
    S3Bucket.AccessKey key = bucket.key().orElseThrow();
    return "bucket: { name: %s, endpoint: \"%s\", prefix: %s, access-key: %s, secret-key: %s }"
        .formatted(
            bucket.name(),
            bucket.endpoint().orElseThrow(),
            bucket.prefix(),
            key.id(),
            key.secret());
  }
}
