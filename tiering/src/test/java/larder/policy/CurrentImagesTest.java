package larder.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which layers are those of no image any more. */
class CurrentImagesTest {
  private final CurrentImages<String> images = new CurrentImages<>(100);

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
  void whatAnotherTagHasIsNot() {
    served("app:main", "m1", "base", "a");
    served("app:v1", "m1", "base", "a");
    served("other:main", "o1", "base");
    assertThat(served("app:main", "m2", "base", "b")).isEmpty();
    assertThat(served("app:v1", "m2", "base", "b")).containsExactly("a");
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
  void ofForgottenTagsNothingIsKnown() {
    for (int i = 0; i < 1000; i++) {
      served("app:" + i, "m" + i, "base", "layer " + i);
      served("app:" + i, "n" + i, "base", "newer " + i);
    }
    assertThat(images.superseded("layer 0")).isFalse();
    assertThat(images.superseded("layer 999")).isTrue();
    assertThat(images.superseded("base")).isFalse();
    assertThat(images.layers()).isEqualTo(201);
  }
}
