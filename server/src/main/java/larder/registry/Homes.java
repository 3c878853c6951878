package larder.registry;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import larder.bucket.Body;
import larder.tiering.BlobKey;
import larder.tiering.Digest;
import larder.tiering.Source;
import larder.tiering.Tag;
import larder.tiering.TagRecord;
import larder.tiering.TagStore;
import larder.upstream.Manifest;
import larder.upstream.Upstream;

/**
 * Which repositories have what is kept. Nothing kept says so by itself; a tag does, of the
 * manifests that it leads to and of what these are made of.
 */
public final class Homes {
  /** Manifests that many tags lead to are read once, as far as they are remembered. */
  private static final int MOST_REMEMBERED = 100_000;

  private final Upstreams upstreams;
  private final TagStore tags;
  private final Kept kept;

  /**
   * @param kept what is kept of manifests
   */
  public Homes(Upstreams upstreams, TagStore tags, Kept kept) {
    this.upstreams = upstreams;
    this.tags = tags;
    this.kept = kept;
  }

  /** Where manifests are kept; what it gives is what the key says. */
  public interface Kept {
    Optional<byte[]> manifest(BlobKey key);
  }

  /**
   * A repository that has something.
   *
   * @param isManifest whether it has it as a manifest
   */
  public record Home(Upstream upstream, String repository, Digest digest, boolean isManifest) {
    /** The places to read it from, if it is a blob. */
    public List<Source> sources() {
      return upstream.blob(repository, digest);
    }

    /** It, if it is a manifest, with its type. */
    public Body manifest() throws IOException {
      Manifest answer = upstream.manifest(repository, digest.toString(), MediaTypes.ALL);
      return typed(digest, answer.body(), Optional.of(answer.mediaType()));
    }

    @Override
    public String toString() {
      return upstream.config().name() + "/" + repository;
    }
  }

  /** A manifest with the type that it says it has. */
  public static Body typed(Digest digest, byte[] body) throws IOException {
    return typed(digest, body, Optional.empty());
  }

  private static Body typed(Digest digest, byte[] body, Optional<String> served)
      throws IOException {
    ManifestDocument document = ManifestDocument.of(digest.algorithm(), body, served);
    return Body.of(body, document.mediaType());
  }

  /**
   * Looks through all tags until all that is wanted has been found.
   *
   * @throws IOException when not all tags could be seen
   */
  public Map<BlobKey, Home> of(Set<BlobKey> wanted) throws IOException {
    Search search = new Search(wanted);
    for (Upstream upstream : upstreams.all()) {
      tags.forEach(upstream.config().name(), tag -> search.from(upstream, tag));
    }
    return search.found;
  }

  private final class Search {
    private final Set<BlobKey> wanted;
    private final Map<BlobKey, Home> found = new HashMap<>();
    private final Map<BlobKey, Boolean> read =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<BlobKey, Boolean> eldest) {
            return size() > MOST_REMEMBERED;
          }
        };

    Search(Set<BlobKey> wanted) {
      this.wanted = Set.copyOf(wanted);
    }

    void from(Upstream upstream, Tag tag) {
      if (found.size() == wanted.size()) {
        return;
      }
      Optional<TagRecord> record = tags.find(tag);
      Deque<Digest> open = new ArrayDeque<>();
      record.map(TagRecord::digest).ifPresent(open::add);
      while (!open.isEmpty()) {
        Digest digest = open.pop();
        note(upstream, tag, digest, true);
        BlobKey key = upstream.key(digest);
        if (read.put(key, true) == null) {
          ManifestLinks links = links(key);
          open.addAll(links.manifests());
          links.blobs().forEach(blob -> note(upstream, tag, blob, false));
        }
      }
    }

    private void note(Upstream upstream, Tag tag, Digest digest, boolean isManifest) {
      BlobKey key = upstream.key(digest);
      if (wanted.contains(key)) {
        found.putIfAbsent(key, new Home(upstream, tag.repository(), digest, isManifest));
      }
    }

    private ManifestLinks links(BlobKey key) {
      try {
        Optional<byte[]> body = kept.manifest(key);
        return body.isPresent()
            ? ManifestLinks.of(body.get())
            : new ManifestLinks(Set.of(), Set.of());
      } catch (IOException e) {
        // It is no manifest, and so leads nowhere.
        return new ManifestLinks(Set.of(), Set.of());
      }
    }
  }
}
