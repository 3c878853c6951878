package larder.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import larder.bucket.Finding.Level;
import larder.bucket.Trial.Deed;
import org.junit.jupiter.api.Test;

/** Each thing that a store does not let larder do is said, with what can be done about it. */
class TrialTest {
  private final MemoryObjectStore memory = new MemoryObjectStore(InstantSource.system());
  private final List<Finding> found = new ArrayList<>();

  /** A store that lets one thing not be done. */
  private record Strict(ObjectStore store, Deed refused) implements ObjectStore {
    private void meet(Deed deed) throws IOException {
      if (deed == refused) {
        throw new IOException("403 AccessDenied");
      }
    }

    @Override
    public String name() {
      return "strict";
    }

    /** As S3 says it to who may not read. */
    @Override
    public Optional<StoredObject> get(String key, long from) throws IOException {
      return refused == Deed.READ ? Optional.empty() : store.get(key, from);
    }

    @Override
    public Optional<Listed> look(String key) throws IOException {
      return refused == Deed.READ ? Optional.empty() : store.look(key);
    }

    @Override
    public int clear(Duration age, Hold hold) throws IOException {
      return store.clear(age, hold);
    }

    @Override
    public Written put(String key, Body body, Condition condition) throws IOException {
      meet(Deed.WRITE);
      return store.put(key, body, condition);
    }

    @Override
    public void remove(String key) throws IOException {
      meet(Deed.REMOVE);
      store.remove(key);
    }

    @Override
    public boolean remove(String key, String etag) throws IOException {
      meet(Deed.REMOVE);
      return store.remove(key, etag);
    }

    @Override
    public List<Listed> list(String prefix, String after) throws IOException {
      meet(Deed.LIST);
      return store.list(prefix, after);
    }

    @Override
    public void close() throws IOException {
      store.close();
    }
  }

  private void run(ObjectStore store) {
    new Trial(store, deed -> "allow " + deed, new Random(1), found::add).run();
  }

  @Test
  void allIsWell() {
    run(memory);
    assertThat(found).hasSize(5).extracting(Finding::level).containsOnly(Level.OK);
    assertThat(memory.list("", "")).isEmpty();
  }

  @Test
  void whatIsRefusedIsAnError() {
    for (Deed deed : Deed.values()) {
      found.clear();
      run(new Strict(memory, deed));
      assertThat(found.stream().filter(each -> each.level() == Level.ERROR))
          .singleElement()
          .satisfies(only -> assertThat(only.text()).endsWith("allow " + deed));
    }
  }
}
