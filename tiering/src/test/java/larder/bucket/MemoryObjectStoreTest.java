package larder.bucket;

import java.time.InstantSource;

final class MemoryObjectStoreTest extends ObjectStoreContract {
  @Override
  protected ObjectStore openStore() {
    return new MemoryObjectStore(InstantSource.system());
  }
}
