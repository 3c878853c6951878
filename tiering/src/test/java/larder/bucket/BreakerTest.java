package larder.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketTimeoutException;
import java.time.Duration;
import larder.tiering.FakeClock;
import org.junit.jupiter.api.Test;

class BreakerTest {
  private final FakeClock clock = new FakeClock();
  private final Breaker breaker = new Breaker(clock);

  @Test
  void whatWasUnderWayWhenItOpenedDoesNotKeepItOpenLonger() {
    for (int i = 0; i < 20; i++) {
      breaker.failed(new SocketTimeoutException());
    }
    assertThat(breaker.open()).isTrue();
    assertThat(breaker.trialDue()).isFalse();
    clock.advance(Duration.ofSeconds(1));
    assertThat(breaker.trialDue()).isTrue();
    assertThat(breaker.trialDue()).as("one at a time").isFalse();
    breaker.worked();
    assertThat(breaker.open()).isFalse();
  }

  @Test
  void thatTheAskerIsInTroubleSaysNothing() {
    for (int i = 0; i < 20; i++) {
      breaker.failed(new LocalTroubleException("all in use", new SocketTimeoutException()));
    }
    assertThat(breaker.open()).isFalse();
  }
}
