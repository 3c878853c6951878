package larder.tiering;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Tags and what they meant, kept across restarts. A record that cannot be read does not exist. */
public interface TagStore {

  Optional<TagRecord> find(Tag tag);

  /** Replaces what was recorded. */
  void put(Tag tag, TagRecord record) throws IOException;

  /** Forgets a tag; forgetting an unknown one is no error. */
  void remove(Tag tag) throws IOException;

  /** The tags of an upstream that are recorded. */
  List<Tag> tags(String upstream) throws IOException;

  /** Forgets the tags of an upstream that were last checked before a time. */
  void sweep(String upstream, Instant before) throws IOException;
}
