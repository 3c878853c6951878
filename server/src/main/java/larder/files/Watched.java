package larder.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * What was made of some files, made anew when one of them changes. What cannot be used is logged
 * once, and the last good one stays in force.
 *
 * @param <T> immutable
 */
public final class Watched<T> {
  private static final Logger LOG = Logger.getLogger(Watched.class.getName());
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** Makes it of what the files say now. */
  public interface Reading<T> {

    /**
     * @throws IOException whose message names the key, the file and what to do
     */
    T read() throws IOException;
  }

  /**
   * What was made, and how often before.
   *
   * @param number differs from those of all earlier editions
   */
  public record Edition<T>(T content, long number) {}

  /** Files that were of no use, and why: what is logged once. */
  private record Trouble(List<String> marks, String message) {}

  private final List<Path> files;
  private final Reading<T> reading;
  private final InstantSource clock;

  /** Held by the one thread that looks; all others go on with what there is. */
  private final AtomicBoolean looking = new AtomicBoolean();

  private volatile Edition<T> edition;
  private volatile Instant looked;

  /** Guarded by looking, as is the next. */
  private List<String> marks;

  private Optional<Trouble> trouble = Optional.empty();

  private Watched(List<Path> files, Reading<T> reading, InstantSource clock) throws IOException {
    this.files = List.copyOf(files);
    this.reading = reading;
    this.clock = clock;
    this.looked = clock.instant();
    this.marks = marks();
    this.edition = new Edition<>(reading.read(), 0);
  }

  /**
   * Reads for the first time.
   *
   * @throws IOException when they are of no use
   */
  public static <T> Watched<T> open(List<Path> files, Reading<T> reading, InstantSource clock)
      throws IOException {
    return new Watched<>(files, reading, clock);
  }

  /** The last good one, looked for at most once a second. */
  public Edition<T> current() {
    Instant now = clock.instant();
    if (isDue(now) && looking.compareAndSet(false, true)) {
      try {
        look(now);
      } finally {
        looking.set(false);
      }
    }
    return edition;
  }

  private boolean isDue(Instant now) {
    Instant last = looked;
    // A clock that was set back must not put the next look off.
    return now.isBefore(last) || !now.isBefore(last.plus(LOOK_EVERY));
  }

  private void look(Instant now) {
    looked = now;
    // Before the reading: what changes meanwhile is then seen as a change the next time.
    List<String> seen = marks();
    if (seen.equals(marks)) {
      return;
    }
    try {
      edition = new Edition<>(reading.read(), edition.number() + 1);
      marks = seen;
      trouble = Optional.empty();
      LOG.log(Level.INFO, () -> "read anew since it changed: " + names());
    } catch (IOException e) {
      // Tried again each time, since a right to read that is given back changes no mark.
      Trouble found = new Trouble(seen, String.valueOf(e.getMessage()));
      if (!trouble.equals(Optional.of(found))) {
        trouble = Optional.of(found);
        LOG.log(
            Level.WARNING,
            () -> found.message() + "; until then what was read before stays in force");
      }
    }
  }

  private String names() {
    return files.stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  private List<String> marks() {
    return files.stream().map(Watched::mark).toList();
  }

  private static String mark(Path file) {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return "%s %d %s".formatted(found.lastModifiedTime(), found.size(), found.fileKey());
    } catch (IOException e) {
      return "none";
    }
  }
}
