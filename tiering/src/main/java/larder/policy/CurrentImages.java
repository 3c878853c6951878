package larder.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which layers are those of no current image, as far as manifests that were served tell: a tag that
 * moves leaves the layers of its former image, and they are superseded until the image of a tag
 * that moves has them again.
 */
final class CurrentImages<K> {
  /*
   * By tag and not by repository: images that have nothing to do with one another share the name of a repository. A tag
   * that has never moved keeps nothing current: it may be the name of a version, which somebody has pulled once.
   */
  private static final int LAYERS = 20;

  private final int most;
  private final Map<String, Image<K>> byTag = new LinkedHashMap<>(16, 0.75f, true);

  /** In how many images of tags that move a layer is. */
  private final Map<K, Integer> current = new HashMap<>();

  private final Set<K> superseded = new LinkedHashSet<>();

  /**
   * What a tag means now.
   *
   * @param left the layers that its last move left without an image; empty when it has not moved
   */
  private record Image<K>(K manifest, List<K> layers, boolean moved, List<K> left) {}

  /**
   * @param most how many tags are remembered; those that were not asked for the longest are
   *     forgotten. Of superseded layers so many times 20
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
    return current.size() + superseded.size();
  }

  /** Whether a tag has left the layer, and no tag that moves has it now. */
  boolean superseded(K layer) {
    return superseded.contains(layer);
  }

  /**
   * A manifest was served for a tag.
   *
   * @param tag with its repository and upstream
   * @param told hears of each layer that is superseded by that, and once more of those that the
   *     tag's move before this one has left and that still are
   */
  void served(String tag, K manifest, List<K> layers, Consumer<K> told) {
    @Nullable Image<K> before = byTag.get(tag);
    if (before == null) {
      byTag.put(tag, new Image<>(manifest, layers, false, List.of()));
      if (byTag.size() > most) {
        forgetOldest();
      }
      return;
    }
    if (before.manifest().equals(manifest)) {
      return;
    }
    for (K layer : layers) {
      current.merge(layer, 1, Integer::sum);
      superseded.remove(layer);
    }
    List<K> left = release(before);
    superseded.addAll(left);
    byTag.put(tag, new Image<>(manifest, layers, true, left));
    left.forEach(told);
    before.left().stream().filter(this::superseded).forEach(told);
    for (Iterator<K> oldest = superseded.iterator(); superseded.size() > most * LAYERS; ) {
      oldest.next();
      oldest.remove();
    }
  }

  /** The layers of an image that are in no current one, now that it is none. */
  private List<K> release(Image<K> image) {
    List<K> left = new ArrayList<>();
    for (K layer : image.layers()) {
      if (image.moved()) {
        current.computeIfPresent(layer, (_, images) -> images > 1 ? images - 1 : null);
      }
      if (!current.containsKey(layer)) {
        left.add(layer);
      }
    }
    return left;
  }

  private void forgetOldest() {
    Iterator<Image<K>> eldest = byTag.values().iterator();
    Image<K> image = eldest.next();
    eldest.remove();
    // Nobody has left them: of them nothing is known any more.
    var _ = release(image);
  }
}
