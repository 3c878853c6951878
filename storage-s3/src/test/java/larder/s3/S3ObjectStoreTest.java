package larder.s3;

/** By single requests, and segments of 1 MiB. */
final class S3ObjectStoreTest extends S3Contract {
  S3ObjectStoreTest() {
    super(new S3ObjectStore.Limits(64, 16, 1 << 20, 16, 64L << 20));
  }
}
