package larder.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which layers are those of no image any more. */
class CurrentImagesTest {
  private static final int MOST = 100;

  private final CurrentImages<String> images = new CurrentImages<>(MOST);

  private List<String> served(String tag, String manifest, String... layers) {
    List<String> superseded = new ArrayList<>();
    images.served(tag, manifest, List.of(layers), superseded::add);
    return superseded;
  }

  @Test
  void whatATagLeavesIsSuperseded() {
    assertThat(images.knowAnything()).isFalse();
    assertThat(served("app:main", "m1", "base", "a")).isEmpty();
    assertThat(served("app:main", "m1", "base", "a")).isEmpty();
    assertThat(served("app:main", "m2", "base", "b")).containsExactly("a");
    assertThat(images.superseded("a")).isTrue();
    assertThat(images.superseded("base")).isFalse();
    assertThat(images.superseded("never heard of")).isFalse();
    assertThat(images.knowAnything()).isTrue();
  }

  @Test
  void whatAnotherTagThatMovesHasIsNot() {
    served("app:main", "m1", "base", "a");
    served("app:edge", "e1", "base", "x");
    assertThat(served("app:edge", "m1", "base", "a")).containsExactly("x");
    assertThat(served("app:main", "m2", "base", "b")).isEmpty();
    assertThat(served("app:edge", "m2", "base", "b")).containsExactly("a", "x");
  }

  @Test
  void theNameOfAVersionKeepsNothingCurrent() {
    served("app:v1", "m1", "base", "a");
    served("app:main", "m1", "base", "a");
    assertThat(served("app:main", "m2", "base", "b")).containsExactly("a");
  }

  @Test
  void whatIsSupersededTwiceIsToldTwice() {
    served("app:main", "m1", "a");
    assertThat(served("app:main", "m2", "b")).containsExactly("a");
    assertThat(served("app:main", "m3", "c")).containsExactly("b", "a");
    assertThat(served("app:main", "m4", "d")).containsExactly("c", "b");
  }

  @Test
  void aTagThatGoesBackMakesItsImageCurrent() {
    served("app:main", "m1", "base", "a");
    served("app:main", "m2", "base", "b");
    assertThat(served("app:main", "m1", "base", "a")).containsExactly("b");
    assertThat(images.superseded("a")).isFalse();
    assertThat(images.superseded("b")).isTrue();
  }

  @Test
  void ofForgottenTagsNothingIsKnownAndMemoryIsBounded() {
    for (int i = 0; i < 10_000; i++) {
      served("app:" + i, "m" + i, "base", "layer " + i);
      served("app:" + i, "n" + i, "base", "newer " + i);
    }
    assertThat(images.superseded("base")).isFalse();
    assertThat(images.superseded("newer 0")).isFalse();
    assertThat(images.superseded("layer 9999")).isTrue();
    assertThat(images.superseded("layer 0")).as("so long ago").isFalse();
    assertThat(images.layers()).isEqualTo(1 + MOST + 20 * MOST);
  }
}
