package larder.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import larder.config.ConfigLoader;
import larder.config.Credentials;
import org.junit.jupiter.api.Test;

class LarderFileTest {
  @Test
  void keysAreNestedAndCommented() {
    LarderFile file = new LarderFile("one\ntwo");
    file.put("server.port", 5000, "http.addr");
    file.put("larder.disk.path", "/data");
    file.comment("larder.disk", "where");
    file.put("larder.upstreams.0.name", "a:1");
    file.put("larder.upstreams.0.default", true);
    file.put("larder.upstreams.0.aliases", List.of("b", "c"));

    assertThat(file.yaml())
        .isEqualTo(
            """
            # one
            # two
            server:
              port: 5000
            larder:
              # where
              disk:
                path: /data
              upstreams:
                - name: a:1
                  default: true
                  aliases: [b, c]
            """);
    assertThat(file.of("http.addr")).isEqualTo(Map.of("server.port", 5000));
  }

  /** Passwords may be anything on one line. */
  @Test
  void oddTextsReadBackAsTheyWere() throws Exception {
    for (String text :
        List.of(
            "*a", "!a", "&a", "'", "\"", "a: b", "a #b", "- a", "~", "null", "0123", "off", "{}",
            "[", "%a", "@a", "`a", "|", ">", "? a", " a ", "a\\", "\\n", "ü€😀", "\u2028", "\uFEFF",
            "\u00a0", "<<", "=", "1:30", "---", "...", "#", ",")) {
      assertThat(password(text)).isEqualTo(text);
    }
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      String text =
          random
              .ints(1 + random.nextInt(20), ' ', i % 2 == 0 ? 0x7f : 0xd800)
              .filter(c -> !Character.isISOControl(c))
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .append('x')
              .toString();
      assertThat(password(text)).as("seed %d, run %d", seed, i).isEqualTo(text);
    }
  }

  private static String password(String text) throws Exception {
    LarderFile file = new LarderFile("");
    file.put("larder.upstreams.0.name", "a");
    file.put("larder.upstreams.0.url", "http://a");
    file.put("larder.upstreams.0.username", "u");
    file.put("larder.upstreams.0.visibility", "public");
    file.put("larder.upstreams.0.password", text);
    ConfigLoader loader = new ConfigLoader(Map.of(), Map.of(), Long.MAX_VALUE);
    Credentials.Password login =
        (Credentials.Password)
            loader.load(file.yaml(), "test").config().upstreams().getFirst().credentials();
    return login.password().value();
  }
}
