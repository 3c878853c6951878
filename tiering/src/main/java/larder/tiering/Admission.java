package larder.tiering;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Which copies of a slower tier are worth one in a faster tier: all while there is room, and those
 * that are asked for a second time within seven days. What left the faster tier was asked for
 * before. So a scan does not drive out what is in use, and costs the disk no writes.
 */
public final class Admission implements Events {
  /** Within which a second access counts. */
  public static final Duration WINDOW = Duration.ofDays(7);

  /** How long a client may go on to read parts of what it has begun to read. */
  private static final Duration READING = Duration.ofMinutes(10);

  private final Tier tier;
  private final InstantSource clock;
  private final Map<BlobKey, Asked> absent; // guarded by itself

  /**
   * What is known of a blob that is not in the tier.
   *
   * @param last when it was last asked for
   * @param declined its size in bytes, when it was found to be worth nothing then; else -1
   */
  private record Asked(Instant last, long declined) {}

  /**
   * @param remembered of how many blobs at the most
   */
  public Admission(Tier tier, int remembered, InstantSource clock) {
    this.tier = tier;
    this.clock = clock;
    this.absent =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<BlobKey, Asked> eldest) {
            return size() > remembered;
          }
        };
  }

  /** Remembers what leaves the tier. */
  @Override
  public void on(Event event) {
    if (event instanceof Event.Evicted evicted && evicted.tier().equals(tier.name())) {
      note(evicted.key(), new Asked(evicted.lastAccess(), -1));
    }
  }

  /**
   * Whether a blob is worth a copy in the faster tier; asking counts as an access.
   *
   * @param size of the blob in bytes, where it is known
   */
  boolean admits(BlobKey key, OptionalLong size) {
    Instant now = clock.instant();
    @Nullable Asked before = note(key, new Asked(now, -1));
    if (before != null && before.last().isAfter(now.minus(WINDOW))) {
      return true;
    }
    if (tier.fits(size.orElse(Draft.STEP))) {
      return true;
    }
    note(key, new Asked(now, size.orElse(-1)));
    return false;
  }

  /**
   * The size of a blob that was worth nothing when someone began to read it just now, so that more
   * of it is no second access.
   */
  OptionalLong declined(BlobKey key) {
    synchronized (absent) {
      Asked known = absent.get(key);
      return known != null
              && known.declined() >= 0
              && known.last().isAfter(clock.instant().minus(READING))
          ? OptionalLong.of(known.declined())
          : OptionalLong.empty();
    }
  }

  private @Nullable Asked note(BlobKey key, Asked known) {
    synchronized (absent) {
      Asked before = absent.remove(key); // so that it is the last to be forgotten
      absent.put(key, known);
      return before;
    }
  }
}
