package larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import larder.upstream.TestRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthTest {
  private final Health health = new Health();

  @Test
  void aListenerThatIsGoneIsNoticed() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(health.live()).isTrue();
      assertThat(health.ready()).as("no one listens yet").isFalse();
      health.watch("0.0.0.0", listener.getLocalPort());
      health.open();
      assertThat(health.live()).isTrue();
      assertThat(health.ready()).isTrue();
    }
    assertThat(health.live()).isFalse();
    assertThat(health.ready()).isFalse();
  }

  @Test
  void aLarderWhoseListenerHasEndedSaysSo(@TempDir Path data) throws Exception {
    try (TestRegistry registry = TestRegistry.start();
        RunningLarder larder = RunningLarder.over(data, registry)) {
      for (String path : List.of("/health/live", "/health/ready")) {
        assertThat(larder.adminAnswer(path).statusCode()).as(path).isEqualTo(200);
      }
      larder.endListener();
      for (String path : List.of("/health/live", "/health/ready")) {
        assertThat(larder.adminAnswer(path).statusCode()).as(path).isEqualTo(503);
      }
    }
  }

  @Test
  void aProcessThatIsToldToEndLivesOn() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      health.watch("0.0.0.0", listener.getLocalPort());
      health.open();
      health.close();
    }
    assertThat(health.live()).isTrue();
    assertThat(health.ready()).isFalse();
  }

  @Test
  void anAddressThatWasNeverReachedSaysNothing() throws Exception {
    int nowhere;
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nowhere = listener.getLocalPort();
    }
    health.watch("127.0.0.1", nowhere);
    health.open();
    assertThat(health.live()).isTrue();
    assertThat(health.ready()).isTrue();
  }
}
