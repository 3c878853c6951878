package larder.fsck;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import larder.tiering.Pause;
import org.junit.jupiter.api.Test;

/** Reading takes as long as it has to, and no time is saved up. */
class ThrottleTest {
  private final AtomicLong now = new AtomicLong();
  private final Pause pause = time -> now.addAndGet(time.toNanos());
  private final Throttle throttle = new Throttle(1_000_000, pause, now::get);

  private Duration since() {
    return Duration.ofNanos(now.get());
  }

  @Test
  void aMillionBytesTakeASecond() throws Exception {
    for (int i = 0; i < 100; i++) {
      throttle.read(10_000);
    }
    assertThat(since()).isBetween(Duration.ofMillis(980), Duration.ofMillis(1000));
  }

  @Test
  void whoWasSlowDoesNotCatchUp() throws Exception {
    now.addAndGet(Duration.ofMinutes(1).toNanos());
    throttle.read(1_000_000);
    assertThat(since()).isEqualTo(Duration.ofSeconds(61));
  }

  @Test
  void withoutARateNobodyWaits() throws Exception {
    Throttle.none().read(Long.MAX_VALUE / 2);
    assertThat(since()).isZero();
  }
}
