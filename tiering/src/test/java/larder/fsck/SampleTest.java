package larder.fsck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A sample is a share of all, and the same one whenever it is taken. */
class SampleTest {
  private static List<Integer> taken(Sample sample) {
    return IntStream.range(0, 20_000).filter(i -> sample.takes("blobs/" + i)).boxed().toList();
  }

  @Test
  void itIsAsLargeAsItIsSaidToBe() {
    assertThat(taken(new Sample(10, 7))).hasSizeBetween(1_800, 2_200);
    assertThat(taken(new Sample(0.5, 7))).hasSizeBetween(60, 140);
    assertThat(taken(Sample.all())).hasSize(20_000);
  }

  @Test
  void aSeedTakesTheSame() {
    assertThat(taken(new Sample(10, 7))).isEqualTo(taken(new Sample(10, 7)));
    assertThat(taken(new Sample(10, 7))).isNotEqualTo(taken(new Sample(10, 8)));
    assertThat(taken(new Sample(20, 7))).containsAll(taken(new Sample(10, 7)));
  }

  @Test
  void thereIsSomethingInIt() {
    for (double percent : new double[] {0, -1, 100.1, Double.NaN}) {
      assertThatIllegalArgumentException().isThrownBy(() -> new Sample(percent, 1));
    }
  }
}
