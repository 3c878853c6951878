package larder.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class JsonLineTest {
  private final ObjectMapper mapper = new ObjectMapper();

  @Property
  void anyTextComesBackAsItWas(@ForAll String first, @ForAll String second) throws IOException {
    byte[] line = new JsonLine().text("first", first).text("second", second).end();

    for (int i = 0; i < line.length - 1; i++) {
      assertThat(line[i]).isBetween((byte) ' ', (byte) '~');
    }
    assertThat(line[line.length - 1]).isEqualTo((byte) '\n');
    JsonNode read = mapper.readTree(line);
    assertThat(read.size()).isEqualTo(2);
    assertThat(read.get("first").textValue()).isEqualTo(cut(first));
    assertThat(read.get("second").textValue()).isEqualTo(cut(second));
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(text.length(), JsonLine.LONGEST));
  }

  @Property
  void numbersComeBackAsTheyWere(
      @ForAll long number, @ForAll @LongRange(max = Long.MAX_VALUE) long thousandths)
      throws IOException {
    JsonNode read =
        mapper.readTree(
            new JsonLine()
                .number("number", number)
                .thousandths("thousandths", thousandths)
                .truth("truth", true)
                .nothing("nothing")
                .end());

    assertThat(read.get("number").longValue()).isEqualTo(number);
    assertThat(new BigDecimal(read.get("thousandths").asText()))
        .isCloseTo(
            BigDecimal.valueOf(thousandths, 3),
            org.assertj.core.data.Percentage.withPercentage(1e-9));
    assertThat(read.get("truth").booleanValue()).isTrue();
    assertThat(read.get("nothing").isNull()).isTrue();
  }
}
