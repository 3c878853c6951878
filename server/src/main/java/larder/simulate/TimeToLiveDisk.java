package larder.simulate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A disk without bound that drops each blob some time after it came, as the reference registry
 * does.
 */
final class TimeToLiveDisk implements SimulatedDisk {
  private final Duration time;
  private final InstantSource clock;
  private final Map<Integer, Instant> gone = new HashMap<>();
  private long written;

  TimeToLiveDisk(Duration time, InstantSource clock) {
    this.time = time;
    this.clock = clock;
  }

  @Override
  public boolean asked(Integer blob, long size) {
    Instant now = clock.instant();
    @Nullable Instant end = gone.get(blob);
    if (end != null && now.isBefore(end)) {
      return true;
    }
    written += size;
    gone.put(blob, now.plus(time));
    return false;
  }

  @Override
  public long written() {
    return written;
  }
}
