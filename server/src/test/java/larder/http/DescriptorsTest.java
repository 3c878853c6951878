package larder.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptorsTest {

  @ParameterizedTest
  @ValueSource(longs = {256, 1024, 4096, 65_536, 1_048_576, Long.MAX_VALUE})
  void allTogetherNeverUseThemUp(long limit) {
    Descriptors descriptors = Descriptors.of(limit);

    long all =
        descriptors.connections()
            + (long) descriptors.readers()
            + descriptors.spools()
            + descriptors.upstream();
    assertThat(all).isLessThanOrEqualTo(limit - 128);
    assertThat(descriptors.readers()).isLessThanOrEqualTo(descriptors.connections());
  }

  @Test
  void upstreamsShareConnections() {
    Descriptors descriptors = Descriptors.of(4096);
    assertThat(descriptors.toOneOf(7) * 7).isBetween(400, descriptors.upstream());
    assertThat(Descriptors.of(1_048_576).toOneOf(1)).isEqualTo(256);
    assertThat(Descriptors.of(0).toOneOf(7)).isPositive();
    Descriptors few = Descriptors.of(1024);
    assertThat(few.toOneOf(50) * 50).isBetween(50, few.upstream());
  }

  @Test
  void memoryBoundsThemToo() {
    Descriptors many = Descriptors.of(1_048_576);
    Descriptors plain = many.within(256 << 20, false);
    assertThat(plain.upstream() * 384L * 1024).isBetween(120L << 20, 128L << 20);
    assertThat(plain.readers()).isEqualTo(many.readers());
    assertThat(many.within(256 << 20, true).readers()).isBetween(500, 700);
    assertThat(many.within(1 << 20, true).readers()).isPositive();
    assertThat(many.within(1 << 20, true).upstream()).isPositive();
    assertThat(many.within(1L << 40, true)).isEqualTo(many);
  }

  @Test
  void thereIsAlwaysRoomForSome() {
    assertThat(Descriptors.of(0).connections()).isPositive();
    assertThat(Descriptors.ofProcess().readers()).isPositive();
  }

  @Test
  void readersBeyondTheBoundAreNotLetIn() {
    Readers readers = new Readers(1);
    try (Readers.Seat first = readers.enter().orElseThrow()) {
      assertThat(readers.present()).isEqualTo(1);
      assertThat(readers.enter()).isEmpty();
      first.close();
      assertThat(readers.enter()).isPresent();
    }
    assertThat(readers.present()).isEqualTo(1);
  }
}
