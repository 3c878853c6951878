package larder.bucket;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.ObjectStore.Listed;

/**
 * Objects that are to go: marked in records of up to a thousand, and removed when the mark has
 * stood for a while. One that was written again since it was marked is another object and stays,
 * also when it has the same bytes.
 */
public final class Condemned {
  /** Where the records are. */
  static final String FOLDER = "condemned/";

  /** How many objects one record names at most. */
  public static final int MOST = 1000;

  /** More than that many of the longest keys take. */
  private static final int LARGEST = 2 << 20;

  /** How many are looked at and removed at once. */
  private static final int AT_ONCE = 16;

  private static final Pattern LINE =
      Pattern.compile("(?<etag>\\S+) (?<modified>[0-9]{1,12}) (?<key>.+)");

  private final ObjectStore store;
  private final RandomGenerator random;

  public Condemned(ObjectStore store, RandomGenerator random) {
    this.store = store;
    this.random = random;
  }

  /** An object as it was when it was marked; stores tell its time in seconds. */
  private record Mark(String etag, long modified, String key) {
    static Optional<Mark> parse(String line) {
      Matcher mark = LINE.matcher(line);
      return mark.matches()
          ? Optional.of(
              new Mark(
                  mark.group("etag"), Long.parseLong(mark.group("modified")), mark.group("key")))
          : Optional.empty();
    }

    boolean is(Listed object) {
      return object.etag().equals(etag) && object.modified().getEpochSecond() == modified;
    }
  }

  /** Marks several; for each thousand a record is written. */
  public void add(List<Listed> objects) throws IOException {
    for (int from = 0; from < objects.size(); from += MOST) {
      StringBuilder text = new StringBuilder();
      for (Listed each : objects.subList(from, Math.min(objects.size(), from + MOST))) {
        text.append(line(each.key(), each.etag(), each.modified()));
      }
      write(text.toString());
    }
  }

  private static String line(String key, String etag, Instant modified) {
    return etag + " " + modified.getEpochSecond() + " " + key + "\n";
  }

  private void write(String text) throws IOException {
    byte[] name = new byte[16];
    random.nextBytes(name);
    var _ =
        store.put(
            FOLDER + HexFormat.of().formatHex(name),
            Body.of(text.getBytes(StandardCharsets.UTF_8), "text/plain"),
            new Condition.Always());
  }

  /**
   * Removes those whose mark has stood for long enough. One that fails is left for the next time.
   *
   * @param grace for how long it has to
   * @return how many were removed
   */
  public int sweep(Duration grace, Hold hold) throws IOException {
    int removed = 0;
    for (List<Listed> page = store.list(FOLDER, "");
        !page.isEmpty();
        page = store.list(FOLDER, page.getLast().key())) {
      for (Listed record : page) {
        if (record.age().compareTo(grace) < 0) {
          continue;
        }
        if (!hold.goesOn()) {
          return removed;
        }
        Part part = sweep(marks(record.key()), hold);
        removed += part.removed();
        if (part.whole() && hold.goesOn()) {
          store.remove(record.key());
        }
      }
    }
    return removed;
  }

  private List<Mark> marks(String record) throws IOException {
    try (StoredObject object = store.get(record, 0).orElse(null)) {
      if (object == null) {
        return List.of();
      }
      byte[] bytes = object.bytes().readNBytes(LARGEST);
      return new String(bytes, StandardCharsets.UTF_8)
          .lines()
          .flatMap(line -> Mark.parse(line).stream())
          .filter(mark -> Layout.isContent(mark.key()))
          .toList();
    }
  }

  /**
   * What became of some marks.
   *
   * @param whole whether none of them has to stand for the next time
   */
  private record Part(int removed, boolean whole) {
    static final Part NOTHING = new Part(0, true);

    Part and(Part other) {
      return new Part(removed + other.removed, whole && other.whole);
    }
  }

  private Part sweep(List<Mark> marks, Hold hold) throws IOException {
    AtomicBoolean failed = new AtomicBoolean();
    List<Future<Part>> shares = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < Math.min(AT_ONCE, marks.size()); i++) {
        int first = i;
        shares.add(threads.submit(() -> share(marks, first, hold, failed)));
      }
    }
    return sum(shares);
  }

  private Part share(List<Mark> marks, int first, Hold hold, AtomicBoolean failed)
      throws IOException {
    Part all = Part.NOTHING;
    boolean done = false;
    try {
      for (int at = first; at < marks.size() && !failed.get(); at += AT_ONCE) {
        all = all.and(remove(marks.get(at), hold));
      }
      done = true;
      return all;
    } finally {
      if (!done) {
        failed.set(true);
      }
    }
  }

  private Part remove(Mark mark, Hold hold) throws IOException {
    Optional<Listed> there = store.look(mark.key());
    if (there.isEmpty() || !mark.is(there.get())) {
      return Part.NOTHING;
    }
    // Asked after the store has told its time: whoever is held up for long from here on must not
    // remove what has been written since.
    Duration left = hold.left();
    if (left.isPositive() && store.remove(there.get(), left)) {
      return new Part(1, true);
    }
    return new Part(0, store.look(mark.key()).filter(mark::is).isEmpty());
  }

  private static Part sum(List<Future<Part>> shares) throws IOException {
    Part sum = Part.NOTHING;
    for (Future<Part> each : shares) {
      try {
        sum = sum.and(each.get());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException trouble) {
          throw trouble;
        }
        throw new IllegalStateException("a bug while condemned objects were removed", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while condemned objects are removed");
      }
    }
    return sum;
  }
}
