package larder.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ChallengeTest {

  @Test
  void readsWhatRegistriesSend() {
    assertThat(
            parse(
                "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\",scope=\"repository:library/alpine:pull,push\""))
        .containsExactly(
            new Challenge(
                "bearer",
                Map.of(
                    "realm",
                    "https://auth.docker.io/token",
                    "service",
                    "registry.docker.io",
                    "scope",
                    "repository:library/alpine:pull,push")));
  }

  @Test
  void readsSeveralInOneHeaderAndInSeveral() {
    assertThat(
            parse(
                "Negotiate, Basic realm=\"a, b\", BEARER  Realm = \"x\" , service=y",
                "Digest realm=\"say \\\"hi\\\"\""))
        .containsExactly(
            new Challenge("negotiate", Map.of()),
            new Challenge("basic", Map.of("realm", "a, b")),
            new Challenge("bearer", Map.of("realm", "x", "service", "y")),
            new Challenge("digest", Map.of("realm", "say \"hi\"")));
  }

  @Test
  void readsABareValue() {
    assertThat(parse("Negotiate YWJj==, Bearer realm=\"x\"").getLast())
        .isEqualTo(new Challenge("bearer", Map.of("realm", "x")));
    assertThat(parse("NTLM TlRMTVNTUAAC, Bearer realm=\"x\"").getLast())
        .isEqualTo(new Challenge("bearer", Map.of("realm", "x")));
  }

  @Test
  void theFirstOfTwoParametersOfOneNameCounts() {
    assertThat(parse("Bearer realm=\"x\",realm=\"y\"").getFirst().parameter("realm"))
        .isEqualTo("x");
  }

  @Test
  void endsOnAnyText() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new SplittableRandom(seed);
    String alphabet = "aB=\"\\, \t()é;";
    for (int i = 0; i < 20_000; i++) {
      var text = new StringBuilder();
      for (int n = random.nextInt(24); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(parse(text.toString())).as(text.toString()).doesNotContainNull();
    }
  }

  private static List<Challenge> parse(String... values) {
    return Challenge.parse(List.of(values));
  }
}
