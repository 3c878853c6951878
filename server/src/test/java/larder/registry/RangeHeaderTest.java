package larder.registry;

import static org.assertj.core.api.Assertions.assertThat;

import larder.registry.RangeHeader.Selection;
import larder.tiering.ByteRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangeHeaderTest {

  @ParameterizedTest
  @CsvSource({
    "bytes=0-9, 0, 10",
    "bytes=0-, 0, 100",
    "bytes=10-19, 10, 10",
    "bytes=90-, 90, 10",
    "bytes=99-99, 99, 1",
    "bytes=50-1000, 50, 50",
    "bytes=-10, 90, 10",
    "bytes=-1000, 0, 100",
    "bytes = 5 - 6, 5, 2"
  })
  void selectsAPart(String header, long offset, long length) {
    assertThat(RangeHeader.parse(header).of(100))
        .isEqualTo(new Selection.Part(new ByteRange(offset, length)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0", "bytes=999999999999999999-"})
  void cannotBeSatisfied(String header) {
    assertThat(RangeHeader.parse(header).of(100)).isEqualTo(new Selection.Unsatisfiable());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=9-5",
        "bytes=a-b",
        "bytes=0-1,5-6",
        "items=0-1",
        "bytes=--1",
        "bytes=0x1-2",
        "bytes=99999999999999999999-"
      })
  void isIgnored(String header) {
    assertThat(RangeHeader.parse(header).of(100)).isEqualTo(new Selection.Whole());
  }

  @Test
  void nothingOfAnEmptyBlobCanBeSelected() {
    assertThat(RangeHeader.parse("bytes=0-").of(0)).isEqualTo(new Selection.Unsatisfiable());
    assertThat(RangeHeader.parse("bytes=-5").of(0)).isEqualTo(new Selection.Unsatisfiable());
    assertThat(RangeHeader.parse("").of(0)).isEqualTo(new Selection.Whole());
  }

  @Test
  void tellsWhereItStartsWithoutTheSize() {
    assertThat(RangeHeader.parse("bytes=7-").start()).isEqualTo(7);
    assertThat(RangeHeader.parse("bytes=-7").start()).isZero();
    assertThat(RangeHeader.parse("nonsense").start()).isZero();
  }
}
