package larder.bucket;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import larder.tiering.BlobKey;
import larder.tiering.Digest;
import larder.tiering.Space;
import larder.tiering.Tag;
import larder.tiering.UpstreamFolder;

/**
 * Where in a bucket what is kept: {@code blobs/sha256/ab/<hex>}, {@code manifests/sha256/ab/<hex>},
 * {@code tags/<upstream>~<8 hex of sha256(url)>/<repository>/_/<tag>}, and for a private upstream
 * the same three below {@code private/<upstream>~<8 hex>/}, the tags without the upstream.
 */
public final class Layout {
  private static final List<String> CONTENT = List.of("blobs/", "manifests/", "tags/", "private/");

  private final Map<String, String> folders;
  private final Set<String> closed;

  /**
   * @param upstreams each upstream's url by its name
   * @param closed the names of those that are private
   */
  public Layout(Map<String, URI> upstreams, Set<String> closed) {
    this.closed = Set.copyOf(closed);
    this.folders =
        upstreams.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, each -> UpstreamFolder.of(each.getKey(), each.getValue())));
  }

  public String blob(BlobKey key) {
    return space(key.space()) + "blobs/" + path(key.digest());
  }

  public String manifest(BlobKey key) {
    return space(key.space()) + "manifests/" + path(key.digest());
  }

  /** The underscore keeps tag c of a/b apart from repository a/b/c. */
  String tag(Tag tag) {
    return tags(tag.upstream()) + tag.repository() + "/_/" + tag.name();
  }

  /** What the keys of all tags of an upstream begin with. */
  String tags(String upstream) {
    return closed.contains(upstream)
        ? folder(new Space.Private(upstream)) + "tags/"
        : "tags/" + named(upstream) + "/";
  }

  /** Whether a key can be that of a blob, a manifest or a tag. */
  static boolean isContent(String key) {
    return CONTENT.stream().anyMatch(key::startsWith);
  }

  private String space(Space space) {
    return switch (space) {
      case Space.Public _ -> "";
      case Space.Private own -> folder(own);
    };
  }

  /** What all keys of a private upstream begin with. */
  String folder(Space.Private space) {
    return "private/" + named(space.upstream()) + "/";
  }

  /** Whose folder below {@code private/} this is; empty when it is no upstream's of now. */
  Optional<Space> ownerOf(String folder) {
    return closed.stream()
        .filter(upstream -> folder.equals(folders.get(upstream)))
        .findFirst()
        .map(Space.Private::new);
  }

  private String named(String upstream) {
    String folder = folders.get(upstream);
    if (folder == null) {
      throw new IllegalArgumentException("the bucket has no place for upstream " + upstream);
    }
    return folder;
  }

  private static String path(Digest digest) {
    return digest.algorithm().label() + "/" + digest.hex().substring(0, 2) + "/" + digest.hex();
  }
}
