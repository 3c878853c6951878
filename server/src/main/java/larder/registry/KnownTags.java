package larder.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import larder.tiering.Digest;
import larder.tiering.Event;
import larder.tiering.Events;
import larder.tiering.Tag;
import larder.tiering.TagRecord;
import larder.tiering.TagStore;

/**
 * What tags meant when upstream was last asked: in memory, and in a store that follows behind, so
 * that nobody waits for it. No one is asked here.
 */
public final class KnownTags {
  private static final long MOST_IN_MEMORY = 100_000;
  private static final long MOST_STUCK = 10_000;

  private final Cache<Tag, TagRecord> memory =
      Caffeine.newBuilder().maximumSize(MOST_IN_MEMORY).build();

  /** What the store is yet to be told: a tag's last meaning, or that it has none. */
  private final ConcurrentMap<Tag, Optional<TagRecord>> unwritten = new ConcurrentHashMap<>();

  /** Those that have none, but are still in the store since it did not do as it was told. */
  private final Cache<Tag, Boolean> stuck = Caffeine.newBuilder().maximumSize(MOST_STUCK).build();

  /** How often a tag has been forgotten: what was read before the last time may be one. */
  private final AtomicLong gone = new AtomicLong();

  private final Set<Tag> writing = ConcurrentHashMap.newKeySet();
  private final TagStore store;
  private final String tier;
  private final Events events;
  private final InstantSource clock;

  /**
   * @param tier that the store is a part of, for events
   */
  public KnownTags(TagStore store, String tier, Events events, InstantSource clock) {
    this.store = store;
    this.tier = tier;
    this.events = events;
    this.clock = clock;
  }

  Optional<TagRecord> find(Tag tag) {
    TagRecord inMemory = memory.getIfPresent(tag);
    if (inMemory != null) {
      return Optional.of(inMemory);
    }
    long before = gone.get();
    Optional<TagRecord> newer = unwritten.get(tag);
    if (newer != null) {
      return newer;
    }
    if (stuck.getIfPresent(tag) != null) {
      return Optional.empty();
    }
    Optional<TagRecord> stored = store.find(tag);
    stored.ifPresent(record -> memory.asMap().putIfAbsent(tag, record));
    if (stored.isPresent() && gone.get() != before) {
      memory.asMap().remove(tag, stored.get());
    }
    return stored;
  }

  /** Upstream has said what a tag means; the store hears of it by {@link #write}. */
  void learned(Tag tag, TagRecord record) {
    memory.put(tag, record);
    unwritten.put(tag, Optional.of(record));
  }

  /** A tag means nothing any more; the store hears of it by {@link #write}. */
  void forget(Tag tag) {
    unwritten.put(tag, Optional.empty());
    forgotten(tag);
  }

  /** What of it is in memory is not to be believed, nor what someone reads right now. */
  private void forgotten(Tag tag) {
    gone.incrementAndGet();
    memory.invalidate(tag);
  }

  /**
   * Has the store follow what is known, one write of a tag at a time. Whoever finds it being
   * written leaves: the writer looks again after it has let go.
   */
  void write(Tag tag) {
    while (unwritten.containsKey(tag) && writing.add(tag)) {
      try {
        Optional<TagRecord> last = unwritten.get(tag);
        if (last != null) {
          last.ifPresentOrElse(record -> put(tag, record), () -> remove(tag));
          unwritten.remove(tag, last);
        }
      } finally {
        writing.remove(tag);
      }
    }
  }

  private void put(Tag tag, TagRecord record) {
    try {
      store.put(tag, record);
      stuck.invalidate(tag);
    } catch (IOException e) {
      failed("put-tag", tag.toString(), e);
    }
  }

  private void remove(Tag tag) {
    try {
      store.remove(tag);
      stuck.invalidate(tag);
    } catch (IOException e) {
      stuck.put(tag, true);
      failed("remove-tag", tag.toString(), e);
    }
  }

  /**
   * Has nothing of a tag any more, unless upstream is being asked for it now.
   *
   * @throws IOException when it is still in the store
   */
  void purge(Tag tag) throws IOException {
    forget(tag);
    write(tag);
    forgotten(tag);
    // Who is writing it now finds out by itself that it is to go.
    if (!unwritten.containsKey(tag) && stuck.getIfPresent(tag) != null) {
      throw new IOException("the tag " + tag + " could not be removed; the log says why");
    }
  }

  /** The manifests that a tag means, by what is in memory and by what is stored. */
  Set<Digest> meanings(Tag tag) {
    return Stream.of(find(tag), store.find(tag))
        .flatMap(Optional::stream)
        .map(TagRecord::digest)
        .collect(Collectors.toSet());
  }

  /**
   * Tells of the tags of an upstream, of some maybe twice.
   *
   * @throws IOException when there may be more of them; all that could be found has been told of
   */
  void forEach(String upstream, Consumer<Tag> to) throws IOException {
    Stream.of(memory.asMap(), unwritten)
        .flatMap(each -> each.keySet().stream())
        .filter(tag -> tag.upstream().equals(upstream))
        .forEach(to);
    store.forEach(upstream, to);
  }

  /** Forgets those of an upstream that were last asked for before a time. */
  void sweep(String upstream, Instant before) {
    try {
      store.sweep(upstream, before);
    } catch (IOException e) {
      failed("sweep-tags", upstream, e);
    }
  }

  /** The tag is known in memory, or asked for at upstream. */
  private void failed(String operation, String of, IOException cause) {
    events.on(new Event.TierFailed(clock.instant(), tier, operation, of, cause));
  }
}
