package larder.s3;

import java.time.InstantSource;
import larder.bucket.Conditions;
import larder.bucket.ObjectStore;
import larder.bucket.ObjectStoreContract;

/** By single requests, and segments of 1 MiB. */
final class S3ObjectStoreTest extends ObjectStoreContract {
  @Override
  protected ObjectStore openStore() throws Exception {
    S3ObjectStore.Limits limits = new S3ObjectStore.Limits(64, 16, 1 << 20, 16, 64L << 20);
    return S3ObjectStore.open(S3TestServer.get().bucket(), limits, InstantSource.system());
  }

  @Override
  protected Conditions conditions() throws Exception {
    return S3TestServer.get().conditions();
  }

  @Override
  protected boolean changesOneByOne() throws Exception {
    return S3TestServer.get().oneByOne();
  }
}
