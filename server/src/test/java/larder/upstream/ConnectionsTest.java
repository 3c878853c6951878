package larder.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import larder.tiering.Source;
import larder.tiering.SourceException.Unavailable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of more answers at once than an upstream may have connections. */
@Timeout(60)
class ConnectionsTest {
  private final UpstreamFixture fixture = new UpstreamFixture();
  private final List<Source.Answer> answers = new ArrayList<>();
  private TestRegistry registry;

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.start();
  }

  @AfterEach
  void stop() throws Exception {
    for (Source.Answer answer : answers) {
      answer.close();
    }
    fixture.close();
    registry.close();
  }

  private Source blob(int connections) {
    fixture.connections = connections;
    fixture.timeouts = UpstreamFixture.timeouts(2_000, 2_000, 10_000);
    GeneratedBlob large = new GeneratedBlob(1, 50_000_000);
    registry.putBlob(large);
    return fixture.open(registry).blob("a", large.digest()).getFirst();
  }

  @Test
  void oneHostMayHaveNearlyAllOfThem() throws Exception {
    Source blob = blob(8);
    for (int i = 0; i < 7; i++) {
      answers.add(blob.open(0));
    }
    assertThat(registry.openConnections()).isEqualTo(7);
  }

  @Test
  void whoWaitsInVainIsToldThatTheyAreAllInUse() throws Exception {
    registry.redirectsBlobs(true);
    Source blob = blob(2);
    answers.add(blob.open(0));
    assertThatThrownBy(() -> blob.open(0))
        .isInstanceOf(Unavailable.class)
        .hasCauseInstanceOf(BusyException.class)
        .hasMessageContaining("larder has as many connections to test.example as it may")
        .hasMessageNotContaining("redirected");
    answers.removeFirst().close();
    answers.add(blob.open(0));
  }
}
