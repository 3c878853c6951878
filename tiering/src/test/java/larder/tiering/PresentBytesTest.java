package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PresentBytesTest {
  private static final int SIZE = 64;

  @Property
  void saysWhatASetOfBitsSays(@ForAll("ranges") List<ByteRange> ranges) {
    PresentBytes present = new PresentBytes();
    BitSet model = new BitSet();
    for (ByteRange range : ranges) {
      present.add(range);
      model.set((int) range.offset(), (int) range.end());
      assertThat(present.count()).isEqualTo(model.cardinality());
      for (int at = 0; at < 2 * SIZE; at++) {
        assertThat(present.endOfRun(at)).as("run at %d", at).isEqualTo(model.nextClearBit(at));
      }
    }
  }

  @Provide
  Arbitrary<List<ByteRange>> ranges() {
    return Combinators.combine(
            Arbitraries.longs().between(0, SIZE), Arbitraries.longs().between(0, SIZE / 4))
        .as(ByteRange::new)
        .list()
        .ofMaxSize(30);
  }
}
