package larder.bucket;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Stands before another store; what a test wants to be otherwise it overrides. */
class Interposed implements ObjectStore {
  private final ObjectStore store;

  Interposed(ObjectStore store) {
    this.store = store;
  }

  @Override
  public String name() {
    return store.name();
  }

  @Override
  public Optional<StoredObject> get(String key, long from) throws IOException {
    return store.get(key, from);
  }

  @Override
  public Optional<Listed> look(String key) throws IOException {
    return store.look(key);
  }

  @Override
  public int clear(Duration age, Hold hold) throws IOException {
    return store.clear(age, hold);
  }

  @Override
  public Written put(String key, Body body, Condition condition) throws IOException {
    return store.put(key, body, condition);
  }

  @Override
  public void remove(String key) throws IOException {
    store.remove(key);
  }

  @Override
  public boolean remove(Listed object, Duration within) throws IOException {
    return store.remove(object, within);
  }

  @Override
  public List<Listed> list(String prefix, String after) throws IOException {
    return store.list(prefix, after);
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
