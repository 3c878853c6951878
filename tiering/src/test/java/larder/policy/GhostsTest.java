package larder.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import larder.tiering.EvictionOrder;
import larder.tiering.FakeClock;
import org.junit.jupiter.api.Test;

/** What has gone is remembered, and not for ever. */
class GhostsTest {
  private static final int MANY = 3000;

  @Test
  void whatWentLatelyComesBackAsNoStrangerAndWhatWentLongAgoAsOne() {
    for (EvictionOrder<Integer> order :
        List.of(new S3Fifo<Integer>(), new GdsfCost<Integer>((_, _) -> 1e-9, new FakeClock()))) {
      for (int i = 0; i < MANY; i++) {
        order.admitted(i, 1000);
        order.removed(i);
      }
      order.admitted(MANY - 1, 1000);
      order.admitted(0, 1000);
      assertThat(order.firstToGo().next()).as("the stranger, of %s", order).isZero();
    }
  }
}
