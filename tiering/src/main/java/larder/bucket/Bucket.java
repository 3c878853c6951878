package larder.bucket;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.ObjectStore.Listed;
import larder.bucket.ObjectStore.Written;
import larder.tiering.BlobKey;
import larder.tiering.Event;
import larder.tiering.Events;
import larder.tiering.Source;
import larder.tiering.SourceException;
import larder.tiering.Space;

/**
 * Blobs and manifests in a store that all clusters share. It only helps: when it fails, all is as
 * if it were not there, and after the first time-out nobody waits for it until it works again.
 */
public final class Bucket implements Closeable {
  /** For labels and messages. */
  public static final String TIER = "bucket";

  /** An object that is never there, for a trial that costs little. */
  private static final String NOTHING = Conditions.FOLDER + "nothing";

  private static final int MOST_WRONG = 10_000;
  private static final Duration LEFT_ALONE = Duration.ofMinutes(10);

  private final ObjectStore store;
  private final Layout layout;
  private final Breaker reads;
  private final Breaker writes;
  private final Events events;
  private final InstantSource clock;

  /**
   * An object whose bytes were wrong.
   *
   * @param until when it is not looked for; another larder may have replaced it by then
   */
  private record Mark(String etag, Instant until) {}

  /** By their keys, until they are replaced. */
  private final Map<String, Mark> wrong = new ConcurrentHashMap<>();

  public Bucket(ObjectStore store, Layout layout, Events events, InstantSource clock) {
    this.store = store;
    this.layout = layout;
    this.reads = new Breaker(clock);
    this.writes = new Breaker(clock);
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
    if (reads.open()) {
      return List.of(); // so that nobody even looks
    }
    return Stream.concat(Stream.of(key), key.inPublic().stream())
        .<Source>map(each -> new BucketSource(this, each))
        .toList();
  }

  Optional<StoredObject> read(BlobKey key, long from) throws IOException {
    return read(layout.blob(key), key, from);
  }

  /**
   * Opens a manifest; the caller closes it.
   *
   * @return empty when it is not there
   */
  public Optional<StoredObject> manifest(BlobKey key) throws IOException {
    return read(layout.manifest(key), key, 0);
  }

  private Optional<StoredObject> read(String place, BlobKey key, long from) throws IOException {
    Mark mark = wrong.get(place);
    if (mark != null && clock.instant().isBefore(mark.until())) {
      return Optional.empty();
    }
    Optional<StoredObject> found = ask(reads, "read", key.toString(), () -> store.get(place, from));
    if (mark == null || found.isEmpty()) {
      return found;
    }
    if (found.get().etag().equals(mark.etag())) {
      found.get().close();
      mark(place, mark.etag());
      return Optional.empty();
    }
    wrong.remove(place, mark);
    return found;
  }

  /**
   * Writes a blob unless it is there; one that was wrong is replaced.
   *
   * @throws IOException when it may not be there now
   */
  void write(BlobKey key, Body body) throws IOException {
    write(layout.blob(key), key, body);
  }

  /** Writes a manifest as {@link #write} does a blob. */
  public void writeManifest(BlobKey key, Body body) throws IOException {
    write(layout.manifest(key), key, body);
  }

  private void write(String place, BlobKey key, Body body) throws IOException {
    Mark bad = wrong.get(place);
    Condition condition =
        bad == null ? new Condition.Absent() : new Condition.Unchanged(bad.etag());
    var _ = ask(writes, "write", key.toString(), () -> store.put(place, body, condition));
    if (bad != null) {
      wrong.remove(place, bad);
    }
  }

  /** Removes a blob or manifest, whoever put it there; removing an absent one is no error. */
  public void remove(BlobKey key) throws IOException {
    remove(layout.blob(key));
    remove(layout.manifest(key));
  }

  /** Removes all that a private upstream holds. */
  public void removeAll(Space.Private space) throws IOException {
    String folder = layout.folder(space);
    for (List<Listed> page = page(folder, "");
        !page.isEmpty();
        page = page(folder, page.getLast().key())) {
      for (Listed each : page) {
        remove(each.key());
      }
    }
  }

  private List<Listed> page(String folder, String after) throws IOException {
    return ask(writes, "list", folder, () -> store.list(folder, after));
  }

  /** Opens a record by its place; the caller closes it. */
  Optional<StoredObject> readRecord(String place) throws IOException {
    return ask(reads, "read", place, () -> store.get(place, 0));
  }

  Written writeRecord(String place, Body body, Condition condition) throws IOException {
    return ask(writes, "write", place, () -> store.put(place, body, condition));
  }

  void removeRecord(String place) throws IOException {
    remove(place);
  }

  List<Listed> records(String folder, String after) throws IOException {
    return page(folder, after);
  }

  private void remove(String place) throws IOException {
    ask(
        writes,
        "remove",
        place,
        () -> {
          store.remove(place);
          return true;
        });
    wrong.remove(place);
  }

  /** Whether nothing is written to it now. */
  boolean leftAlone() {
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

  void wasWrong(BlobKey key, String etag) {
    wasWrong(layout.blob(key), key, etag);
  }

  /** A manifest that was read turned out to be wrong. */
  public void manifestWasWrong(BlobKey key, String etag) {
    wasWrong(layout.manifest(key), key, etag);
  }

  private void wasWrong(String place, BlobKey key, String etag) {
    mark(place, etag);
    events.on(new Event.Damaged(clock.instant(), TIER, key));
  }

  private void mark(String place, String etag) {
    if (wrong.size() < MOST_WRONG || wrong.containsKey(place)) {
      wrong.put(place, new Mark(etag, clock.instant().plus(LEFT_ALONE)));
    }
  }

  /** A body that was being read broke. */
  void broke(BlobKey key, IOException e) {
    failed(reads, "read", key.toString(), e);
  }

  private void failed(Breaker breaker, String operation, String what, IOException e) {
    breaker.failed(e);
    if (!Thread.currentThread().isInterrupted()) {
      events.on(new Event.TierFailed(clock.instant(), TIER, operation, what, e));
    }
  }

  /** A request to the store. */
  private interface Request<T> {
    T run() throws IOException;
  }

  /** Whatever a store's library throws, requests go on without the store. */
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
