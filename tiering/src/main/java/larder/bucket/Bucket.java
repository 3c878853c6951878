package larder.bucket;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.ObjectStore.Listed;
import larder.tiering.BlobKey;
import larder.tiering.Event;
import larder.tiering.Events;
import larder.tiering.Source;
import larder.tiering.Space;

/**
 * Blobs and manifests in a store that all clusters share. It only helps: when it fails, all is as
 * if it were not there.
 */
public final class Bucket implements Closeable {
  /** For labels and messages. */
  public static final String TIER = "bucket";

  private static final int MOST_WRONG = 10_000;
  private static final Duration LEFT_ALONE = Duration.ofMinutes(10);

  private final BreakerStore store;
  private final Condemned condemned;
  private final Layout layout;
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

  /** Those that have not been condemned yet. */
  private final Queue<Listed> found = new ConcurrentLinkedQueue<>();

  public Bucket(
      BreakerStore store, Condemned condemned, Layout layout, Events events, InstantSource clock) {
    this.store = store;
    this.condemned = condemned;
    this.layout = layout;
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
    if (store.readsNothing()) {
      return List.of(); // so that nobody even looks
    }
    return Stream.concat(Stream.of(key), key.inPublic().stream())
        .<Source>map(each -> new BucketSource(this, each))
        .toList();
  }

  Optional<StoredObject> read(BlobKey key, long from) throws IOException {
    return read(layout.blob(key), from);
  }

  /**
   * Opens a manifest; the caller closes it.
   *
   * @return empty when it is not there
   */
  public Optional<StoredObject> manifest(BlobKey key) throws IOException {
    return read(layout.manifest(key), 0);
  }

  private Optional<StoredObject> read(String place, long from) throws IOException {
    Mark mark = wrong.get(place);
    if (mark != null && clock.instant().isBefore(mark.until())) {
      return Optional.empty();
    }
    Optional<StoredObject> found = store.get(place, from);
    if (mark == null || found.isEmpty()) {
      return found;
    }
    if (found.get().etag().equals(mark.etag())) {
      found.get().close();
      var _ = mark(place, mark.etag());
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
    write(layout.blob(key), body);
  }

  /** Writes a manifest as {@link #write} does a blob. */
  public void writeManifest(BlobKey key, Body body) throws IOException {
    write(layout.manifest(key), body);
  }

  private void write(String place, Body body) throws IOException {
    Mark bad = wrong.get(place);
    var _ =
        store.put(
            place,
            body,
            bad == null ? new Condition.Absent() : new Condition.Unchanged(bad.etag()));
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
    for (List<Listed> page = store.list(folder, "");
        !page.isEmpty();
        page = store.list(folder, page.getLast().key())) {
      for (Listed each : page) {
        remove(each.key());
      }
    }
  }

  private void remove(String place) throws IOException {
    store.remove(place);
    wrong.remove(place);
  }

  /** Whether nothing is written to it now. */
  boolean leftAlone() {
    return store.writesNothing();
  }

  /** A blob that was read turned out to be wrong. */
  void wasWrong(BlobKey key, String etag, Instant modified) {
    wasWrong(layout.blob(key), key, etag, modified);
  }

  /** A manifest that was read turned out to be wrong. */
  public void manifestWasWrong(BlobKey key, String etag, Instant modified) {
    wasWrong(layout.manifest(key), key, etag, modified);
  }

  private void wasWrong(String place, BlobKey key, String etag, Instant modified) {
    if (mark(place, etag)) {
      found.add(new Listed(place, 0, etag, modified, modified));
    }
    events.on(new Event.Damaged(clock.instant(), TIER, key));
  }

  /**
   * Has what was found wrong condemned, so that it goes even if nobody ever has the right bytes to
   * replace it with; for a thread that nobody waits for.
   */
  public void tidy() {
    List<Listed> marks = new ArrayList<>();
    for (Listed next = found.poll(); next != null; next = found.poll()) {
      marks.add(next);
    }
    try {
      condemned.add(marks);
    } catch (IOException e) {
      // The store has told of it, and who finds them again marks them again.
    }
  }

  /** Answers whether nothing was known of it. */
  private boolean mark(String place, String etag) {
    return (wrong.size() < MOST_WRONG || wrong.containsKey(place))
        && wrong.put(place, new Mark(etag, clock.instant().plus(LEFT_ALONE))) == null;
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
