package larder.bucket;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** In memory, for tests; order is that of {@code char}, which is enough for their keys. */
public final class MemoryObjectStore implements ObjectStore {
  private static final int PAGE = 1000;

  private final InstantSource clock;
  private final ConcurrentSkipListMap<String, Entry> objects = new ConcurrentSkipListMap<>();
  private long written; // guarded by this

  private record Entry(byte[] bytes, String etag, Instant modified) {}

  public MemoryObjectStore(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Optional<StoredObject> get(String key, long from) throws IOException {
    Entry entry = objects.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    if (from > 0 && from >= entry.bytes().length) {
      throw new IOException("memory: " + key + " has no byte " + from);
    }
    int start = (int) from;
    return Optional.of(
        new StoredObject(
            entry.bytes().length,
            entry.etag(),
            entry.modified(),
            clock.instant(),
            new ByteArrayInputStream(entry.bytes(), start, entry.bytes().length - start)));
  }

  @Override
  public Written put(String key, Body body, Condition condition) throws IOException {
    byte[] bytes = new byte[Math.toIntExact(body.size())];
    ByteBuffer into = ByteBuffer.wrap(bytes);
    while (into.hasRemaining() && body.read(into, into.position()) > 0) {}
    synchronized (this) {
      if (!holds(key, condition)) {
        return new Written.Refused();
      }
      String etag = "\"" + ++written + "\"";
      objects.put(key, new Entry(bytes, etag, clock.instant()));
      return new Written.Stored(etag);
    }
  }

  @Override
  public void remove(String key) {
    objects.remove(key);
  }

  @Override
  public synchronized boolean remove(String key, String etag) {
    if (!holds(key, new Condition.Unchanged(etag))) {
      return false;
    }
    objects.remove(key);
    return true;
  }

  private boolean holds(String key, Condition condition) {
    Entry now = objects.get(key);
    return switch (condition) {
      case Condition.Always _ -> true;
      case Condition.Absent _ -> now == null;
      case Condition.Unchanged(String etag) -> now != null && now.etag().equals(etag);
    };
  }

  @Override
  public List<Listed> list(String prefix, String after) {
    String from = after.isEmpty() ? prefix : after + "\0";
    return objects.tailMap(from).entrySet().stream()
        .takeWhile(each -> each.getKey().startsWith(prefix))
        .limit(PAGE)
        .map(each -> listed(each.getKey(), each.getValue()))
        .toList();
  }

  @Override
  public Optional<Listed> look(String key) {
    return Optional.ofNullable(objects.get(key)).map(each -> listed(key, each));
  }

  private Listed listed(String key, Entry entry) {
    return new Listed(key, entry.bytes().length, entry.etag(), entry.modified(), clock.instant());
  }

  /** Writes are whole or not at all. */
  @Override
  public int clear(Duration age, Hold hold) {
    return 0;
  }

  @Override
  public void close() {}
}
