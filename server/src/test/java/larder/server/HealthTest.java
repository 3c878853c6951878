package larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class HealthTest {
  private final Health health = new Health();

  @Test
  void aListenerThatIsGoneIsNoticed() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(health.live()).isTrue();
      assertThat(health.ready()).as("no one listens yet").isFalse();
      health.open((InetSocketAddress) listener.getLocalSocketAddress());
      assertThat(health.live()).isTrue();
      assertThat(health.ready()).isTrue();
    }
    assertThat(health.live()).isFalse();
    assertThat(health.ready()).isFalse();
  }

  @Test
  void aProcessThatIsToldToEndLivesOn() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      health.open((InetSocketAddress) listener.getLocalSocketAddress());
      health.close();
    }
    assertThat(health.live()).isTrue();
    assertThat(health.ready()).isFalse();
  }

  @Test
  void anAddressThatWasNeverReachedSaysNothing() throws Exception {
    InetSocketAddress nowhere;
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nowhere = (InetSocketAddress) listener.getLocalSocketAddress();
    }
    health.open(nowhere);
    assertThat(health.live()).isTrue();
    assertThat(health.ready()).isTrue();
  }
}
