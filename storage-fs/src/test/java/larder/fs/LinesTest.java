package larder.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

final class LinesTest {
  private static final int LONGEST = 40;

  @Property(tries = 300)
  void linesComeOutHoweverTheBytesCome(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int i = random.nextInt(50); i > 0; i--) {
      int length = random.nextInt(20) == 0 ? 100_000 : random.nextInt(LONGEST + 5);
      String line = "x".repeat(length);
      text.append(line).append('\n');
      if (length <= LONGEST) {
        expected.add(line);
      }
    }
    text.append("y".repeat(random.nextInt(100)));
    List<String> lines = new ArrayList<>();
    Lines.read(
        trickle(text.toString().getBytes(StandardCharsets.ISO_8859_1), random),
        LONGEST,
        (bytes, from, length) ->
            lines.add(new String(bytes, from, length, StandardCharsets.ISO_8859_1)));
    assertThat(lines).isEqualTo(expected);
  }

  private static InputStream trickle(byte[] bytes, Random random) {
    int most = random.nextBoolean() ? 10 : 70_000;
    return new ByteArrayInputStream(bytes) {
      @Override
      public int read(byte[] to, int from, int length) {
        return super.read(to, from, Math.min(length, 1 + random.nextInt(most)));
      }
    };
  }
}
