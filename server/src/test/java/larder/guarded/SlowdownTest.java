package larder.guarded;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import larder.tiering.FakeClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlowdownTest {
  private final FakeClock clock = new FakeClock();
  private final Slowdown slowdown =
      new Slowdown(
          new Fingerprints(new SecureRandom()),
          clock,
          () -> TimeUnit.MILLISECONDS.toNanos(clock.millis()));

  private static Slowdown.Sender sender(String address, String name) {
    return new Slowdown.Sender(address, Optional.of(name));
  }

  private int take(String address, String name, int most) {
    int taken = 0;
    while (taken < most && slowdown.take(sender(address, name)).isEmpty()) {
      taken++;
    }
    return taken;
  }

  @Test
  void aNameHasTenAndOneMoreInSixSeconds() {
    assertThat(take("192.0.2.1", "a", 1000)).isEqualTo(10);
    clock.advance(Duration.ofMillis(5_500));
    assertThat(slowdown.take(sender("192.0.2.1", "a"))).contains(Duration.ofMillis(500));
    clock.advance(Duration.ofMillis(500));
    assertThat(take("192.0.2.1", "a", 1000)).isEqualTo(1);
    clock.advance(Duration.ofSeconds(13));
    assertThat(take("192.0.2.1", "a", 1000)).isEqualTo(2);
    clock.advance(Duration.ofSeconds(5));
    assertThat(take("192.0.2.1", "a", 1000)).isEqualTo(1);
    clock.advance(Duration.ofDays(1));
    assertThat(take("192.0.2.1", "a", 1000)).isEqualTo(10);
  }

  @Test
  void anAddressHasAHundredAndFiveMoreInASecond() {
    int taken = 0;
    for (int name = 0; name < 100; name++) {
      taken += take("192.0.2.1", "name" + name, 3);
    }
    assertThat(taken).isEqualTo(100);
    // What its address has not left is not taken from the name either.
    assertThat(slowdown.take(sender("192.0.2.1", "z"))).contains(Duration.ofMillis(200));
    clock.advance(Duration.ofSeconds(1));
    assertThat(take("192.0.2.1", "z", 1000)).isEqualTo(5);
    clock.advance(Duration.ofSeconds(1));
    assertThat(take("192.0.2.1", "z", 1000)).isEqualTo(5);
    assertThat(take("192.0.2.2", "z", 1000)).isEqualTo(10);
  }

  @Test
  void aTokenTellsNoNameAndIsTakenFromTheAddressOnly() {
    Slowdown.Sender nameless = new Slowdown.Sender("192.0.2.1", Optional.empty());
    for (int i = 0; i < 100; i++) {
      assertThat(slowdown.take(nameless)).isEmpty();
    }
    assertThat(slowdown.take(nameless)).contains(Duration.ofMillis(200));
    assertThat(take("192.0.2.1", "", 1)).isZero();
    slowdown.giveBack(nameless);
    assertThat(take("192.0.2.1", "", 10)).isEqualTo(1);
  }

  @Test
  void whatIsGivenBackIsThereAgainAndNoMore() {
    slowdown.giveBack(sender("192.0.2.1", "a"));
    assertThat(take("192.0.2.1", "a", 1000)).isEqualTo(10);
    slowdown.giveBack(sender("192.0.2.1", "a"));
    assertThat(take("192.0.2.1", "a", 1000)).isEqualTo(1);
  }

  @Test
  void aClockThatIsSetBackTakesNothingAway() {
    assertThat(take("192.0.2.1", "a", 1000)).isEqualTo(10);
    clock.advance(Duration.ofHours(-1));
    assertThat(take("192.0.2.1", "a", 1000)).isZero();
    clock.advance(Duration.ofSeconds(6));
    assertThat(take("192.0.2.1", "a", 1000)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "2001:db8::1, 2001:db8::ffff:1",
    "2001:db8:0:0:1::, 2001:0DB8:0::2",
    "::ffff:192.0.2.1, 192.0.2.1",
    "fe80::1%7, fe80::1%9"
  })
  void neighboursHaveOneAllowance(String address, String neighbour) {
    assertThat(take(address, "a", 1000)).isEqualTo(10);
    assertThat(take(neighbour, "a", 1000)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"2001:db8::1, 2001:db8:0:1::1", "192.0.2.1, 192.0.2.2", "somewhere, elsewhere"})
  void othersHaveTheirOwn(String address, String other) {
    assertThat(take(address, "a", 1000)).isEqualTo(10);
    assertThat(take(other, "a", 1000)).isEqualTo(10);
  }
}
