package larder.bucket;

import java.net.URI;
import java.util.Map;
import java.util.stream.Collectors;
import larder.tiering.BlobKey;
import larder.tiering.Digest;
import larder.tiering.Space;
import larder.tiering.UpstreamFolder;

/**
 * Where in a bucket what is kept: {@code blobs/sha256/ab/<hex>}, {@code manifests/sha256/ab/<hex>},
 * and the same below {@code private/<upstream>~<8 hex of sha256(url)>/} for what a private upstream
 * holds.
 */
public final class Layout {
  private final Map<String, String> folders;

  /**
   * @param upstreams each upstream's url by its name
   */
  public Layout(Map<String, URI> upstreams) {
    this.folders =
        upstreams.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, each -> UpstreamFolder.of(each.getKey(), each.getValue())));
  }

  String blob(BlobKey key) {
    return space(key.space()) + "blobs/" + path(key.digest());
  }

  String manifest(BlobKey key) {
    return space(key.space()) + "manifests/" + path(key.digest());
  }

  private String space(Space space) {
    return switch (space) {
      case Space.Public _ -> "";
      case Space.Private own -> folder(own);
    };
  }

  /** What all keys of a private upstream begin with. */
  String folder(Space.Private space) {
    String folder = folders.get(space.upstream());
    if (folder == null) {
      throw new IllegalArgumentException("the bucket has no place for " + space);
    }
    return "private/" + folder + "/";
  }

  private static String path(Digest digest) {
    return digest.algorithm().label() + "/" + digest.hex().substring(0, 2) + "/" + digest.hex();
  }
}
