package larder.bucket;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.ObjectStore.Listed;
import larder.bucket.ObjectStore.Written;
import larder.tiering.Tag;
import larder.tiering.TagRecord;
import larder.tiering.TagStore;
import larder.tiering.TagText;

/**
 * Tags of one larder, and beneath them those that all larders of the fleet know: a tag that this
 * one has never seen is looked for there. Deadlines travel with the record, so nobody takes a
 * meaning for fresher than upstream said it to be. A newer record is never replaced by an older
 * one.
 */
public final class SharedTagStore implements TagStore {
  /**
   * How old the shared record may get while the tag means the same: it serves others that have
   * never seen the tag, and each write costs money.
   */
  static final Duration RENEWED_AFTER = Duration.ofHours(1);

  private static final int LARGEST = 4096;

  /** How often a write is tried that others get in the way of; they know the tag too. */
  private static final int TRIES = 3;

  private final TagStore own;
  private final ObjectStore objects;
  private final Layout layout;
  private final FleetKey key;

  public SharedTagStore(TagStore own, ObjectStore objects, Layout layout, FleetKey key) {
    this.own = own;
    this.objects = objects;
    this.layout = layout;
    this.key = key;
  }

  /** A record as it is in the bucket. */
  private record Stored(Optional<TagRecord> record, String etag) {}

  @Override
  public Optional<TagRecord> find(Tag tag) {
    Optional<TagRecord> known = own.find(tag);
    if (known.isPresent()) {
      return known;
    }
    try {
      return stored(layout.tag(tag)).flatMap(Stored::record);
    } catch (IOException e) {
      // The store has told of it, and upstream knows the tag too.
      return Optional.empty();
    }
  }

  private Optional<Stored> stored(String place) throws IOException {
    try (StoredObject object = objects.get(place, 0).orElse(null)) {
      if (object == null) {
        return Optional.empty();
      }
      byte[] bytes = object.bytes().readNBytes(LARGEST);
      return Optional.of(
          new Stored(
              key.verified(place, new String(bytes, StandardCharsets.UTF_8))
                  .flatMap(TagText::parse),
              object.etag()));
    }
  }

  @Override
  public void put(Tag tag, TagRecord record) throws IOException {
    Optional<TagRecord> before = own.find(tag);
    try {
      own.put(tag, record);
    } finally {
      if (before.isEmpty() || !sharedBy(before.get(), record)) {
        share(tag, record);
      }
    }
  }

  /** Whether one write of an hour does for both. */
  private static boolean sharedBy(TagRecord before, TagRecord record) {
    return before.digest().equals(record.digest())
        && hour(before.checked()) == hour(record.checked());
  }

  private static long hour(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), RENEWED_AFTER.toSeconds());
  }

  private void share(Tag tag, TagRecord record) {
    try {
      share(layout.tag(tag), record);
    } catch (IOException e) {
      // The store has told of it; the fleet hears of the tag in the next hour.
    }
  }

  private void share(String place, TagRecord record) throws IOException {
    Body body =
        Body.of(
            key.sign(place, TagText.format(record)).getBytes(StandardCharsets.UTF_8), "text/plain");
    for (int tries = 0; tries < TRIES; tries++) {
      Optional<Stored> there = stored(place);
      if (there
          .flatMap(Stored::record)
          .filter(theirs -> theirs.checked().isAfter(record.checked()))
          .isPresent()) {
        return;
      }
      Condition condition =
          there
              .<Condition>map(old -> new Condition.Unchanged(old.etag()))
              .orElseGet(Condition.Absent::new);
      if (objects.put(place, body, condition) instanceof Written.Stored) {
        return;
      }
    }
  }

  @Override
  public void remove(Tag tag) throws IOException {
    try {
      own.remove(tag);
    } finally {
      objects.remove(layout.tag(tag));
    }
  }

  @Override
  public void forEach(String upstream, Consumer<Tag> to) throws IOException {
    own.forEach(upstream, to);
    String folder = layout.tags(upstream);
    for (List<Listed> page = objects.list(folder, "");
        !page.isEmpty();
        page = objects.list(folder, page.getLast().key())) {
      page.forEach(each -> tag(upstream, each.key().substring(folder.length())).ifPresent(to));
    }
  }

  private static Optional<Tag> tag(String upstream, String path) {
    int border = path.lastIndexOf("/_/");
    return border < 0
        ? Optional.empty()
        : Optional.of(new Tag(upstream, path.substring(0, border), path.substring(border + 3)));
  }

  /** Those in the bucket stay: others may have asked for them since. */
  @Override
  public void sweep(String upstream, Instant before) throws IOException {
    own.sweep(upstream, before);
  }
}
