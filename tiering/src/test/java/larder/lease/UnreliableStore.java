package larder.lease;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import larder.bucket.Body;
import larder.bucket.Hold;
import larder.bucket.ObjectStore;
import larder.bucket.StoredObject;

/**
 * A model of a store behind a network: answers are lost, requests are lost, sent twice or applied
 * long after whoever sent them has given up, and between any two of them others may do something.
 * Its etags tell bytes apart, not writes, and its times have no parts of seconds.
 */
final class UnreliableStore implements ObjectStore {
  private final Random random;
  private final Map<String, Entry> objects = new HashMap<>();
  private final List<Late> late = new ArrayList<>();

  /** Whether it tells what time it is. */
  private final boolean clock;

  /** What happens in the world before each of its steps. */
  private final Runnable meanwhile;

  private Instant now = Instant.parse("2026-03-01T10:00:00.7Z");
  private boolean reliable;

  /** What becomes of the next writes, before all goes by chance or well. */
  private final Deque<Fate> fates = new ArrayDeque<>();

  /** How many requests there were. */
  int requests;

  /** What becomes of a write. */
  enum Fate {
    DONE,
    LOST,
    LATE,
    ANSWER_LOST,
    /** By a library that nobody asked, since the first answer was lost. */
    SENT_AGAIN
  }

  private record Entry(byte[] bytes, Instant modified) {
    String etag() {
      return "\"" + Integer.toHexString(Arrays.hashCode(bytes)) + "\"";
    }
  }

  private record Late(String key, byte[] bytes, Condition condition) {}

  UnreliableStore(Random random, boolean clock, Runnable meanwhile) {
    this.random = random;
    this.clock = clock;
    this.meanwhile = meanwhile;
  }

  void advance(Duration by) {
    now = now.plus(by);
  }

  long nanos() {
    return Duration.between(Instant.EPOCH, now).toNanos();
  }

  void next(Fate... writes) {
    fates.addAll(List.of(writes));
  }

  private Fate fate() {
    if (!fates.isEmpty()) {
      return fates.remove();
    }
    int chance = reliable ? 99 : random.nextInt(100);
    return chance < 10
        ? Fate.LOST
        : chance < 25
            ? Fate.LATE
            : chance < 35 ? Fate.ANSWER_LOST : chance < 45 ? Fate.SENT_AGAIN : Fate.DONE;
  }

  /** From now on nothing is lost, and nothing is left that could be late. */
  void becomeReliable() {
    reliable = true;
    late.forEach(each -> apply(each.key(), each.bytes(), each.condition()));
    late.clear();
  }

  private void step() {
    if (reliable) {
      return;
    }
    advance(Duration.ofMillis(random.nextInt(1500)));
    meanwhile.run();
    if (!late.isEmpty() && random.nextInt(4) == 0) {
      Late one = late.remove(random.nextInt(late.size()));
      apply(one.key(), one.bytes(), one.condition());
    }
  }

  private Written apply(String key, byte[] bytes, Condition condition) {
    Optional<Entry> there = Optional.ofNullable(objects.get(key));
    boolean holds =
        switch (condition) {
          case Condition.Always _ -> true;
          case Condition.Absent _ -> there.isEmpty();
          case Condition.Unchanged(String etag) ->
              there.map(Entry::etag).filter(etag::equals).isPresent();
        };
    if (!holds) {
      return new Written.Refused();
    }
    Entry made = new Entry(bytes, now);
    objects.put(key, made);
    return new Written.Stored(made.etag());
  }

  @Override
  public String name() {
    return "model";
  }

  @Override
  public Optional<StoredObject> get(String key, long from) throws IOException {
    requests++;
    step();
    Optional<Entry> there = Optional.ofNullable(objects.get(key));
    Instant answered = now;
    step();
    if (!reliable && random.nextInt(10) == 0) {
      throw new IOException("lost: read " + key);
    }
    return there.map(each ->
        new StoredObject(
            each.bytes().length,
            each.etag(),
            seconds(each.modified()),
            clock ? seconds(answered) : seconds(each.modified()),
            new ByteArrayInputStream(each.bytes())));
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  @Override
  public Written put(String key, Body body, Condition condition) throws IOException {
    byte[] bytes = new byte[Math.toIntExact(body.size())];
    int _ = body.read(ByteBuffer.wrap(bytes), 0);
    requests++;
    step();
    Fate fate = fate();
    if (fate == Fate.LATE) {
      late.add(new Late(key, bytes, condition));
    }
    if (fate == Fate.LOST || fate == Fate.LATE) {
      throw new IOException(fate + ": write " + key);
    }
    Written written = apply(key, bytes, condition);
    step();
    return switch (fate) {
      case ANSWER_LOST -> throw new IOException(fate + ": write " + key);
      case SENT_AGAIN -> apply(key, bytes, condition);
      default -> written;
    };
  }

  @Override
  public Optional<Listed> look(String key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void remove(String key) {
    objects.remove(key);
  }

  @Override
  public boolean remove(String key, String etag) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Listed> list(String prefix, String after) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int clear(Duration age, Hold hold) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
