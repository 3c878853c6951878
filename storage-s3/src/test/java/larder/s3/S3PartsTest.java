package larder.s3;

/** In parts of 5 MiB wherever there are as many bytes, and without room to read ahead. */
final class S3PartsTest extends S3Contract {
  S3PartsTest() {
    super(new S3ObjectStore.Limits(64, 16, 1 << 20, 0, 5L << 20));
  }
}
