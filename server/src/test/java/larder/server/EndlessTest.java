package larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EndlessTest {
  @Test
  void itEndsWhenItIsClosed() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Endless work =
        Endless.start(() -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    work.close();
    assertThat(work.thread().isAlive()).isFalse();
  }
}
