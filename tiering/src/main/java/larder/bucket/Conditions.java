package larder.bucket;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.ObjectStore.Listed;
import larder.bucket.ObjectStore.Written;

/**
 * Which conditions a store keeps, found out by trying: some of those that speak S3 ignore them, and
 * answer as if they had held. What is built on them has to do without where it does not.
 *
 * @param absent whether a write that needs the object to be absent is refused when it is not
 * @param unchanged whether a write that needs the object to be unchanged is refused when it is not
 * @param removal whether a removal is
 */
public record Conditions(boolean absent, boolean unchanged, boolean removal) {
  /** What the keys of objects begin with that are there for a moment, to try something. */
  public static final String FOLDER = "probes/";

  private static final Duration SOON = Duration.ofMinutes(1);

  /** All that there are. */
  public static final Conditions ALL = new Conditions(true, true, true);

  /**
   * Tries all of them on an object of its own, which is removed afterwards.
   *
   * @throws IOException when the store fails, so that nothing is known
   */
  public static Conditions of(ObjectStore store, RandomGenerator random) throws IOException {
    String key = Trial.key(random);
    try {
      return tried(store, key);
    } finally {
      store.remove(key);
    }
  }

  private static Conditions tried(ObjectStore store, String key) throws IOException {
    boolean missing = stored(store, key, "never", new Condition.Unchanged("\"00\""));
    store.remove(key);
    Written made = store.put(key, text("first"), new Condition.Absent());
    if (!(made instanceof Written.Stored(String first))) {
      return new Conditions(false, false, false);
    }
    Optional<Listed> seen = store.look(key);
    boolean again = stored(store, key, "never", new Condition.Absent());
    Written written = store.put(key, text("second"), new Condition.Always());
    if (!(written instanceof Written.Stored(String second))) {
      return new Conditions(false, false, false);
    }
    boolean stale = stored(store, key, "never", new Condition.Unchanged(first));
    boolean right = stale || stored(store, key, "third", new Condition.Unchanged(second));
    boolean removal = seen.isPresent() && !removed(store, seen.get());
    return new Conditions(!again, !missing && !stale && right, removal);
  }

  /** A store that refuses to be asked keeps no such condition, and all else is known of it. */
  private static boolean removed(ObjectStore store, Listed object) {
    try {
      return store.remove(object, SOON);
    } catch (IOException e) {
      return true;
    }
  }

  private static boolean stored(ObjectStore store, String key, String text, Condition condition)
      throws IOException {
    return store.put(key, text(text), condition) instanceof Written.Stored;
  }

  private static Body text(String text) {
    return Body.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
