package larder.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which layers the image that some tag means now is made of, as far as manifests that were served
 * tell: a layer that was in one and is in none any more is superseded.
 */
final class CurrentImages<K> {
  /*
   * By tag and not by repository: images that have nothing to do with one another share the name of a repository.
   */
  private final int most;
  private final Map<String, Image<K>> byTag = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<K, Count> layers = new HashMap<>();

  /**
   * @param superseded those of its layers that its tag's last move left without an image
   */
  private record Image<K>(K manifest, List<K> layers, List<K> superseded) {}

  private static final class Count {
    int images;
  }

  /**
   * @param most how many tags are remembered; those that were not asked for the longest are
   *     forgotten
   */
  CurrentImages(int most) {
    this.most = most;
  }

  /** Whether any manifest has told of layers. */
  boolean knowAnything() {
    return !byTag.isEmpty();
  }

  /** Of how many layers something is known. */
  int layers() {
    return layers.size();
  }

  /** Whether the layer was in the image of a tag, and is in none now. */
  boolean superseded(K layer) {
    @Nullable Count count = layers.get(layer);
    return count != null && count.images == 0;
  }

  /**
   * A manifest was served for a tag.
   *
   * @param tag with its repository and upstream
   * @param superseded hears of each layer that no tag's image has any more, and once more of those
   *     that are still superseded when the tag moves on
   */
  void served(String tag, K manifest, List<K> of, Consumer<K> superseded) {
    @Nullable Image<K> before = byTag.get(tag);
    if (before != null && before.manifest().equals(manifest)) {
      return;
    }
    for (K layer : of) {
      layers.computeIfAbsent(layer, _ -> new Count()).images++;
    }
    List<K> left = before == null ? List.of() : leave(before);
    byTag.put(tag, new Image<>(manifest, of, left));
    left.forEach(superseded);
    if (before != null) {
      before.superseded().stream().filter(this::superseded).forEach(superseded);
    }
    if (byTag.size() > most) {
      forgetOldest();
    }
  }

  private List<K> leave(Image<K> image) {
    List<K> left = new ArrayList<>();
    for (K layer : image.layers()) {
      @Nullable Count count = layers.get(layer);
      if (count != null && --count.images == 0) {
        left.add(layer);
      }
    }
    return left;
  }

  /** What only a forgotten tag's image had is not superseded: nothing is known of it. */
  private void forgetOldest() {
    var eldest = byTag.entrySet().iterator();
    Image<K> image = eldest.next().getValue();
    eldest.remove();
    leave(image).forEach(layers::remove);
    image.superseded().stream().filter(this::superseded).forEach(layers::remove);
  }
}
