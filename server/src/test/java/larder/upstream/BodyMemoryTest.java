package larder.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import larder.upstream.BodyMemory.ExhaustedException;
import larder.upstream.BodyMemory.Hold;
import org.junit.jupiter.api.Test;

class BodyMemoryTest {
  private static final int LARGE = 100_000;

  private final BodyMemory memory = new BodyMemory("lists", 250_000);

  @Test
  void noMoreAreHeldThanThereIsRoomFor() throws Exception {
    Hold first = memory.hold(new byte[LARGE]);
    Hold second = memory.hold(new byte[LARGE]);
    assertThatThrownBy(() -> memory.hold(new byte[LARGE]))
        .isInstanceOf(ExhaustedException.class)
        .hasMessageContaining("as many bytes of lists in memory as it may");
    assertThatThrownBy(() -> memory.hold((long) LARGE)).isInstanceOf(ExhaustedException.class);
    first.close();
    memory.hold((long) LARGE).close();
    memory.hold(new byte[LARGE]).close();
    second.close();
    memory.hold(250_000L).close();
  }

  @Test
  void oneThatIsSentToManyCountsOnce() throws Exception {
    byte[] body = new byte[200_000];
    Hold first = memory.hold(body);
    Hold second = memory.hold(body);
    first.close();
    assertThatThrownBy(() -> memory.hold(new byte[LARGE])).isInstanceOf(ExhaustedException.class);
    second.close();
    memory.hold(new byte[LARGE]).close();
  }

  @Test
  void smallOnesAreFreeAndCostNothing() throws Exception {
    Hold all = memory.hold(250_000L);
    Hold small = memory.hold(new byte[BodyMemory.FREE]);
    assertThat(memory.hold(new byte[1])).isSameAs(small);
    all.close();
  }

  @Test
  void whatComesIsCountedAsItComes() throws Exception {
    InputStream slow = memory.holding(new ByteArrayInputStream(new byte[1_000_000]));
    slow.readNBytes(BodyMemory.FREE + 50_000);
    memory.hold(150_000L).close();
    assertThatThrownBy(() -> memory.hold(160_000L))
        .as("its pieces, and their joint copy")
        .isInstanceOf(ExhaustedException.class);
    assertThatThrownBy(() -> slow.readNBytes(300_000)).isInstanceOf(ExhaustedException.class);
    slow.close();
    memory.hold(250_000L).close();
  }
}
