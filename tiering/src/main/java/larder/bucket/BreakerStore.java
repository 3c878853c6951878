package larder.bucket;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import larder.tiering.Event;
import larder.tiering.Events;
import larder.tiering.SourceException;

/**
 * A store that is asked for nothing while it fails: after the first time-out nobody waits for it
 * until it works again. Reads and writes fail apart, since one may be allowed and the other not.
 * What fails is told as an event, and whatever the store's library throws is trouble of the store.
 */
public final class BreakerStore implements ObjectStore {
  /** An object that is never there, for a trial that costs little. */
  private static final String NOTHING = Conditions.FOLDER + "nothing";

  private final ObjectStore store;
  private final Breaker reads;
  private final Breaker writes;
  private final Events events;
  private final InstantSource clock;

  public BreakerStore(ObjectStore store, Events events, InstantSource clock) {
    this.store = store;
    this.reads = new Breaker(clock);
    this.writes = new Breaker(clock);
    this.events = events;
    this.clock = clock;
  }

  @Override
  public String name() {
    return store.name();
  }

  /** Whether nothing is read from it now. */
  boolean readsNothing() {
    return reads.open();
  }

  /** Whether nothing is written to it now. */
  boolean writesNothing() {
    return writes.open();
  }

  /** Asks whether it works again, when that is due; for a thread that nobody waits for. */
  public void tidy() {
    attempt(
        reads,
        () -> {
          try (StoredObject nothing = store.get(NOTHING, 0).orElse(null)) {
            return nothing == null;
          }
        });
    attempt(
        writes,
        () -> {
          store.remove(NOTHING);
          return true;
        });
  }

  private void attempt(Breaker breaker, Request<Boolean> trial) {
    if (breaker.trialDue()) {
      try {
        var _ = checked(trial);
        breaker.worked();
      } catch (IOException e) {
        breaker.failedTrial();
      }
    }
  }

  @Override
  public Optional<StoredObject> get(String key, long from) throws IOException {
    return ask(reads, "read", key, () -> store.get(key, from))
        .map(object ->
            new StoredObject(
                object.size(),
                object.etag(),
                object.modified(),
                object.answered(),
                new Observed(object.bytes(), key)));
  }

  /** A body whose breaking is the store's failure. */
  private final class Observed extends FilterInputStream {
    private final String key;

    Observed(InputStream bytes, String key) {
      super(bytes);
      this.key = key;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      try {
        return super.read(into, at, length);
      } catch (IOException e) {
        failed(reads, "read", key, e);
        throw e;
      }
    }
  }

  @Override
  public Optional<Listed> look(String key) throws IOException {
    return ask(reads, "look", key, () -> store.look(key));
  }

  @Override
  public Written put(String key, Body body, Condition condition) throws IOException {
    return ask(writes, "write", key, () -> store.put(key, body, condition));
  }

  @Override
  public void remove(String key) throws IOException {
    var _ =
        ask(
            writes,
            "remove",
            key,
            () -> {
              store.remove(key);
              return true;
            });
  }

  @Override
  public boolean remove(String key, String etag) throws IOException {
    return ask(writes, "remove", key, () -> store.remove(key, etag));
  }

  @Override
  public List<Listed> list(String prefix, String after) throws IOException {
    return ask(writes, "list", prefix, () -> store.list(prefix, after));
  }

  @Override
  public int clear(Duration age, Hold hold) throws IOException {
    return ask(writes, "clear", "", () -> store.clear(age, hold));
  }

  private void failed(Breaker breaker, String operation, String what, IOException e) {
    breaker.failed(e);
    if (!Thread.currentThread().isInterrupted()) {
      events.on(new Event.TierFailed(clock.instant(), Bucket.TIER, operation, what, e));
    }
  }

  /** A request to the store. */
  private interface Request<T> {
    T run() throws IOException;
  }

  private <T> T checked(Request<T> request) throws IOException {
    try {
      return request.run();
    } catch (RuntimeException e) {
      throw new IOException(store.name() + ": " + e, e);
    }
  }

  private <T> T ask(Breaker breaker, String operation, String what, Request<T> request)
      throws IOException {
    if (breaker.open()) {
      throw new SourceException.Unavailable(
          store.name() + " has failed and is left alone for a while", null);
    }
    try {
      T answer = checked(request);
      breaker.worked();
      return answer;
    } catch (IOException e) {
      failed(breaker, operation, what, e);
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
