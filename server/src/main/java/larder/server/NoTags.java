package larder.server;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import larder.tiering.Tag;
import larder.tiering.TagRecord;
import larder.tiering.TagStore;

/** The tags of no larder. */
final class NoTags implements TagStore {
  @Override
  public Optional<TagRecord> find(Tag tag) {
    return Optional.empty();
  }

  @Override
  public void put(Tag tag, TagRecord record) {}

  @Override
  public void remove(Tag tag) {}

  @Override
  public void forEach(String upstream, Consumer<Tag> to) {}

  @Override
  public void sweep(String upstream, Instant before) {}
}
