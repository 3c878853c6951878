package larder.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AcceptTest {
  private static final String LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

  @Test
  void whoSaysNothingTakesAnything() {
    assertThat(Accept.of(List.of()).takes(LIST)).isTrue();
    assertThat(Accept.of(List.of("")).takes(LIST)).isTrue();
  }

  @Test
  void takesWhatIsListedInAnyForm() {
    assertThat(Accept.of(List.of("text/plain, " + LIST)).takes(LIST)).isTrue();
    assertThat(Accept.of(List.of("text/plain", LIST)).takes(LIST)).isTrue();
    assertThat(Accept.of(List.of(LIST.toUpperCase(java.util.Locale.ROOT) + ";q=0.5")).takes(LIST))
        .isTrue();
    assertThat(Accept.of(List.of("*/*")).takes(LIST)).isTrue();
    assertThat(Accept.of(List.of("application/*")).takes(LIST)).isTrue();
  }

  @Test
  void doesNotTakeWhatIsNotListed() {
    assertThat(Accept.of(List.of(MediaTypes.OCI_MANIFEST)).takes(LIST)).isFalse();
    assertThat(Accept.of(List.of("text/*")).takes(LIST)).isFalse();
    assertThat(Accept.of(List.of(LIST + ";q=0", "text/plain")).takes(LIST)).isFalse();
  }
}
