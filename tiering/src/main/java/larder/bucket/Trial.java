package larder.bucket;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import larder.bucket.ObjectStore.Condition;

/**
 * Does to an object of its own what larder does to those of a store, and tells what works. Nothing
 * of it is left where objects may be removed.
 */
public final class Trial {
  private static final byte[] TEXT = "larder was here\n".getBytes(StandardCharsets.UTF_8);

  private final ObjectStore store;
  private final Function<Deed, String> remedy;
  private final RandomGenerator random;
  private final Consumer<Finding> to;

  /** What larder does to objects. */
  public enum Deed {
    WRITE("objects are written"),
    READ("objects are read"),
    LIST("objects are listed"),
    REMOVE("objects are removed");

    private final String text;

    Deed(String text) {
      this.text = text;
    }
  }

  /**
   * @param remedy what an operator can do where a deed fails
   */
  public Trial(
      ObjectStore store,
      Function<Deed, String> remedy,
      RandomGenerator random,
      Consumer<Finding> to) {
    this.store = store;
    this.remedy = remedy;
    this.random = random;
    this.to = to;
  }

  /** The key of an object that nobody else has. */
  public static String key(RandomGenerator random) {
    byte[] name = new byte[16];
    random.nextBytes(name);
    return Conditions.FOLDER + HexFormat.of().formatHex(name);
  }

  /** Something to try, on the object. */
  private interface Step {
    boolean works() throws IOException;
  }

  /** Tries all; what needs a written object, only where one can be written. */
  public void run() {
    String key = key(random);
    boolean written =
        tried(
            Deed.WRITE,
            () -> {
              var _ = store.put(key, Body.of(TEXT), new Condition.Always());
              return true;
            });
    if (!written) {
      return;
    }
    var _ = tried(Deed.READ, () -> isThere(key));
    var _ = tried(Deed.LIST, () -> isListed(key));
    boolean removed =
        tried(
            Deed.REMOVE,
            () -> {
              store.remove(key);
              return true;
            });
    if (removed) {
      conditions();
    }
  }

  private boolean tried(Deed deed, Step step) {
    try {
      if (step.works()) {
        to.accept(Finding.ok(deed.text));
        return true;
      }
      to.accept(
          Finding.error(
              "not so that %s: what was written is not there; %s"
                  .formatted(deed.text, remedy.apply(deed))));
    } catch (IOException e) {
      to.accept(
          Finding.error(
              "not so that %s: %s; %s".formatted(deed.text, e.getMessage(), remedy.apply(deed))));
    }
    return false;
  }

  private boolean isThere(String key) throws IOException {
    try (StoredObject object = store.get(key, 0).orElse(null)) {
      return object != null && Arrays.equals(object.bytes().readAllBytes(), TEXT);
    }
  }

  private boolean isListed(String key) throws IOException {
    return store.list(key, "").stream().anyMatch(each -> each.key().equals(key));
  }

  private void conditions() {
    try {
      Conditions kept = Conditions.of(store, random);
      if (kept.absent() && kept.unchanged()) {
        to.accept(
            Finding.ok(
                "conditions of writes are kept"
                    + (kept.removal()
                        ? ", and those of removals"
                        : "; those of removals are not, and larder does without")));
      } else {
        to.accept(
            Finding.warning(
                "conditions of writes are not kept (If-None-Match, If-Match): clusters may write the same there more than once, and else all is as with others; a newer version of the store may keep them"));
      }
    } catch (IOException e) {
      to.accept(
          Finding.warning("whether conditions of writes are kept is not known: " + e.getMessage()));
    }
  }
}
