package larder.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import larder.tiering.Digest;

/**
 * What a manifest consists of.
 *
 * @param manifests of an index, each with links of its own
 * @param blobs config and layers
 */
record ManifestLinks(Set<Digest> manifests, Set<Digest> blobs) {
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * @throws IOException when the body is no JSON object
   */
  static ManifestLinks of(byte[] body) throws IOException {
    ManifestLinks links = new ManifestLinks(new LinkedHashSet<>(), new LinkedHashSet<>());
    try (JsonParser json = JSON.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("it is no JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        json.nextToken();
        switch (field) {
          case "manifests" -> read(json, links.manifests);
          case "config", "layers", "blobs" -> read(json, links.blobs);
          default -> json.skipChildren();
        }
      }
    }
    return links;
  }

  /** Reads one descriptor, or a list of them. */
  private static void read(JsonParser json, Set<Digest> digests) throws IOException {
    int depth = 0;
    do {
      JsonToken token = json.currentToken();
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token == JsonToken.VALUE_STRING && "digest".equals(json.currentName())) {
        Digest.parse(json.getText()).ifPresent(digests::add);
      }
    } while (depth > 0 && json.nextToken() != null);
  }
}
