package larder.bucket;

import java.io.Closeable;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.ObjectStore.Listed;
import larder.tiering.BlobKey;
import larder.tiering.Event;
import larder.tiering.Events;
import larder.tiering.Source;
import larder.tiering.SourceException;
import larder.tiering.Space;

/**
 * Blobs in a store that all clusters share. It only helps: when it fails, all is as if it were not
 * there, and after the first time-out nobody waits for it until it works again.
 */
public final class Bucket implements Closeable {
  /** For labels and messages. */
  public static final String TIER = "bucket";

  /** An object that is never there, for a trial that costs little. */
  private static final String NOTHING = Conditions.FOLDER + "nothing";

  private static final int MOST_WRONG = 10_000;

  private final ObjectStore store;
  private final Layout layout;
  private final Breaker breaker;
  private final Events events;
  private final InstantSource clock;

  /** Etags of objects whose bytes were wrong, until they are replaced. */
  private final Map<BlobKey, String> wrong = new ConcurrentHashMap<>();

  public Bucket(ObjectStore store, Layout layout, Events events, InstantSource clock) {
    this.store = store;
    this.layout = layout;
    this.breaker = new Breaker(clock);
    this.events = events;
    this.clock = clock;
  }

  /** For messages. */
  String name() {
    return store.name();
  }

  /**
   * Where copies of a blob may be. What is public may be served under a private key too; never the
   * reverse.
   */
  public List<Source> copies(BlobKey key) {
    return Stream.concat(Stream.of(key), key.inPublic().stream())
        .<Source>map(each -> new BucketSource(this, each))
        .toList();
  }

  Optional<StoredObject> read(BlobKey key, long from) throws IOException {
    return wrong.containsKey(key)
        ? Optional.empty()
        : ask("read", key.toString(), () -> store.get(layout.blob(key), from));
  }

  /**
   * Writes a blob unless it is there; one that was wrong is replaced.
   *
   * @throws IOException when it may not be there now
   */
  void write(BlobKey key, Body body) throws IOException {
    String bad = wrong.get(key);
    Condition condition = bad == null ? new Condition.Absent() : new Condition.Unchanged(bad);
    var _ = ask("write", key.toString(), () -> store.put(layout.blob(key), body, condition));
    if (bad != null) {
      wrong.remove(key, bad);
    }
  }

  /** Removes a blob, whoever put it there; removing an absent one is no error. */
  public void remove(BlobKey key) throws IOException {
    ask(
        "remove",
        key.toString(),
        () -> {
          store.remove(layout.blob(key));
          return true;
        });
    wrong.remove(key);
  }

  /** Removes all that a private upstream holds. */
  public void removeAll(Space.Private space) throws IOException {
    String folder = layout.folder(space);
    for (List<Listed> page = page(folder); !page.isEmpty(); page = page(folder)) {
      for (Listed each : page) {
        ask(
            "remove",
            each.key(),
            () -> {
              store.remove(each.key());
              return true;
            });
      }
    }
  }

  private List<Listed> page(String folder) throws IOException {
    return ask("list", folder, () -> store.list(folder, ""));
  }

  /** Whether nothing is asked of it now. */
  boolean leftAlone() {
    return breaker.open();
  }

  /** Asks whether it works again, when that is due; nobody waits for it. */
  public void tidy() {
    if (breaker.trialDue()) {
      try {
        var _ = store.get(NOTHING, 0);
        breaker.worked();
      } catch (IOException e) {
        breaker.failed(e);
      }
    }
  }

  void wasWrong(BlobKey key, String etag) {
    if (wrong.size() < MOST_WRONG) {
      wrong.put(key, etag);
    }
    events.on(new Event.Damaged(clock.instant(), TIER, key));
  }

  void failed(String operation, String what, IOException e) {
    breaker.failed(e);
    if (!Thread.currentThread().isInterrupted()) {
      events.on(new Event.TierFailed(clock.instant(), TIER, operation, what, e));
    }
  }

  /** A request to the store. */
  private interface Request<T> {
    T run() throws IOException;
  }

  private <T> T ask(String operation, String what, Request<T> request) throws IOException {
    if (breaker.open()) {
      throw new SourceException.Unavailable(
          store.name() + " has failed and is left alone for a while", null);
    }
    try {
      T answer = request.run();
      breaker.worked();
      return answer;
    } catch (IOException e) {
      failed(operation, what, e);
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
