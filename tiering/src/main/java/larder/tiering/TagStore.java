package larder.tiering;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Tags and what they meant, kept across restarts. A record that cannot be read does not exist. */
public interface TagStore {

  Optional<TagRecord> find(Tag tag);

  /** Replaces what was recorded. */
  void put(Tag tag, TagRecord record) throws IOException;

  /** Forgets a tag; forgetting an unknown one is no error. */
  void remove(Tag tag) throws IOException;

  /**
   * Tells of the tags of an upstream that are recorded, of some maybe twice.
   *
   * @throws IOException when there may be more of them; all that could be found has been told of
   */
  void forEach(String upstream, Consumer<Tag> to) throws IOException;

  /** Forgets the tags of an upstream that were last checked before a time. */
  void sweep(String upstream, Instant before) throws IOException;
}
