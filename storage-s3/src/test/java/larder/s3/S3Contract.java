package larder.s3;

import java.time.InstantSource;
import larder.bucket.Conditions;
import larder.bucket.ObjectStore;
import larder.bucket.ObjectStoreContract;
import larder.tiering.Events;

/** What the store that tests run against is known for. */
abstract class S3Contract extends ObjectStoreContract {
  private final S3ObjectStore.Limits limits;

  S3Contract(S3ObjectStore.Limits limits) {
    this.limits = limits;
  }

  @Override
  protected final ObjectStore openStore() throws Exception {
    return S3ObjectStore.open(
        S3TestServer.get().bucket(), limits, Events.NONE, InstantSource.system());
  }

  @Override
  protected final Conditions conditions() throws Exception {
    return S3TestServer.get().conditions();
  }

  @Override
  protected final boolean changesOneByOne() throws Exception {
    return S3TestServer.get().oneByOne();
  }
}
