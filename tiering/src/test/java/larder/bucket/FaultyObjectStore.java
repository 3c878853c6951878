package larder.bucket;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A store whose requests a test counts, holds up, and makes fail. */
public class FaultyObjectStore implements ObjectStore {
  private final ObjectStore store;

  /** Each request as its kind and key. */
  public final List<String> requests = new CopyOnWriteArrayList<>();

  public volatile @Nullable IOException failure;
  volatile @Nullable RuntimeException bug;
  volatile CountDownLatch gate = new CountDownLatch(0);

  public FaultyObjectStore(ObjectStore store) {
    this.store = store;
  }

  private void meet(String kind, String key) throws IOException {
    requests.add(kind + " " + key);
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException();
    }
    RuntimeException thrown = bug;
    if (thrown != null) {
      throw thrown;
    }
    IOException now = failure;
    if (now != null) {
      throw now;
    }
  }

  @Override
  public String name() {
    return "faulty";
  }

  @Override
  public Optional<StoredObject> get(String key, long from) throws IOException {
    meet("get", key);
    return store.get(key, from);
  }

  @Override
  public Optional<Listed> look(String key) throws IOException {
    meet("look", key);
    return store.look(key);
  }

  @Override
  public int clear(Duration age, Hold hold) throws IOException {
    meet("clear", "");
    return store.clear(age, hold);
  }

  @Override
  public Written put(String key, Body body, Condition condition) throws IOException {
    meet("put", key);
    return store.put(key, body, condition);
  }

  @Override
  public void remove(String key) throws IOException {
    meet("remove", key);
    store.remove(key);
  }

  @Override
  public boolean remove(String key, String etag) throws IOException {
    meet("remove", key);
    return store.remove(key, etag);
  }

  @Override
  public List<Listed> list(String prefix, String after) throws IOException {
    meet("list", prefix);
    return store.list(prefix, after);
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
