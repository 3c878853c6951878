package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import larder.policy.LeastRecentlyUsed;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The index against a plain account of who holds what. */
class TierIndexTest {
  private static final long CAPACITY = 1000;

  /** What a test knows of the store: files on the medium, and who has them open. */
  private static final class Account {
    final Random random;
    final TierIndex index;
    final List<BlobKey> keys = new ArrayList<>();
    final Map<Reservation, Long> reserved = new HashMap<>();
    final List<TierEntry> pins = new ArrayList<>();
    final List<TierEntry> leaving = new ArrayList<>();

    /** Who holds the bytes of each file that is on the medium, linked or not. */
    final Map<TierEntry, Integer> medium = new HashMap<>();

    final Map<BlobKey, TierEntry> linked = new HashMap<>();

    Account(long seed) {
      random = new Random(seed);
      index = new TierIndex(new Bound(CAPACITY, 0), new LeastRecentlyUsed<>(), new FakeClock());
      for (int i = 0; i < 12; i++) {
        keys.add(Contents.of(4, i).key());
      }
    }

    <T> T any(List<T> list) {
      return list.get(random.nextInt(list.size()));
    }

    void drop(TierEntry entry) {
      if (medium.merge(entry, -1, Integer::sum) == 0) {
        medium.remove(entry);
      }
    }

    void step() throws Exception {
      switch (random.nextInt(9)) {
        case 0, 1 -> reserve();
        case 2 -> admit();
        case 3 -> pin();
        case 4 -> {
          if (!pins.isEmpty()) {
            TierEntry entry = pins.remove(random.nextInt(pins.size()));
            index.unpin(entry);
            drop(entry);
          }
        }
        case 5 -> index.leave(any(keys)).ifPresent(leaving::add);
        case 6 -> finishOne();
        case 7 -> leaving.addAll(index.retry());
        default -> leaving.addAll(index.surplus(random.nextInt(3) == 0 ? 100 : 0));
      }
      check();
    }

    private void pin() {
      BlobKey key = any(keys);
      TierEntry entry = index.pin(key, random.nextBoolean());
      assertThat(entry != null).isEqualTo(index.sizeOf(key).isPresent());
      if (entry != null) {
        assertThat(linked.get(key)).isSameAs(entry);
        medium.merge(entry, 1, Integer::sum);
        pins.add(entry);
      }
    }

    @SuppressWarnings("NullAway") // the index needs no tier
    private void reserve() throws Exception {
      while (!leaving.isEmpty()) {
        finishOne(); // else growing could wait for this very thread
      }
      Reservation room = null;
      for (Reservation each : reserved.keySet()) {
        room = random.nextBoolean() ? each : room;
      }
      if (room == null) {
        room = new Reservation(null);
        reserved.put(room, 0L);
      }
      long total = reserved.getOrDefault(room, 0L) + 1 + random.nextInt(400);
      Room answer = index.grow(room, total, 0);
      if (answer instanceof Room.After(List<TierEntry> victims)) {
        assertThat(victims).isNotEmpty().allMatch(victim -> !pins.contains(victim));
        leaving.addAll(victims);
        check();
        while (!leaving.isEmpty()) {
          finishOne();
        }
        answer = index.grow(room, total, 0);
      }
      if (answer instanceof Room.Granted) {
        reserved.put(room, total);
      } else if (answer instanceof Room.After(List<TierEntry> more)) {
        leaving.addAll(more);
      }
    }

    private void admit() throws Exception {
      if (reserved.isEmpty()) {
        return;
      }
      BlobKey key = any(keys);
      if (leaving.stream().anyMatch(entry -> entry.key().equals(key))) {
        return;
      }
      Reservation room = any(List.copyOf(reserved.keySet()));
      long size = random.nextLong(reserved.getOrDefault(room, 0L) + 1);
      index.admitting(key);
      assertThat(index.leave(key)).as("about to be replaced").isEmpty();
      if (random.nextInt(5) == 0) {
        index.refused(key);
        return;
      }
      reserved.remove(room);
      TierEntry entry = index.admit(key, size, room);
      TierEntry before = linked.put(key, entry);
      medium.put(entry, 2); // the link and this pin
      pins.add(entry);
      if (before != null) {
        drop(before);
      }
    }

    private void finishOne() {
      if (leaving.isEmpty()) {
        return;
      }
      TierEntry entry = leaving.remove(random.nextInt(leaving.size()));
      switch (random.nextInt(4)) {
        case 0 -> index.stayed(entry);
        // Stuck until something is admitted in its place, which unlinks it.
        case 1 -> index.stuck(entry);
        default -> {
          index.left(entry);
          linked.remove(entry.key());
          drop(entry);
        }
      }
    }

    private void check() {
      long files = medium.keySet().stream().mapToLong(TierEntry::size).sum();
      long rooms = reserved.values().stream().mapToLong(Long::longValue).sum();
      assertThat(index.used()).as("charged").isEqualTo(files + rooms);
      assertThat(index.used()).isLessThanOrEqualTo(CAPACITY);
      assertThat(index.unwritten()).isEqualTo(rooms);
    }
  }

  @Property(tries = 300)
  void chargesWhatIsOnTheMediumAndNeverMoreThanTheBound(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int steps) throws Exception {
    Account account = new Account(seed);
    for (int i = 0; i < 3; i++) {
      account.index.seen(account.keys.get(i), 50, Instant.EPOCH.plusSeconds(i));
      TierEntry found = Objects.requireNonNull(account.index.pinFound(account.keys.get(i), 50));
      account.linked.put(found.key(), found);
      account.medium.put(found, 2);
      account.pins.add(found);
    }
    account.check();
    account.index.scanned(true);
    for (int i = 0; i < steps; i++) {
      account.step();
    }
  }
}
