package larder.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import larder.tiering.Digest;

/**
 * A manifest in hand.
 *
 * @param digest computed from the body
 * @param mediaType as the body says, else as its server said
 * @param typed whether the body alone tells that type, so that it may be kept without it
 */
record ManifestDocument(Digest digest, String mediaType, boolean typed, byte[] body) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads a body.
   *
   * @param algorithm of the digest
   * @param servedType what its server called it
   * @throws IOException when it is no manifest
   */
  static ManifestDocument of(Digest.Algorithm algorithm, byte[] body, Optional<String> servedType)
      throws IOException {
    JsonNode json;
    try {
      json = JSON.readTree(body);
    } catch (IOException e) {
      throw new IOException("it is not JSON", e);
    }
    if (json == null || !json.isObject() || !json.path("schemaVersion").isInt()) {
      throw new IOException("it is JSON, but no manifest: it has no schemaVersion");
    }
    Digest digest = Digest.of(algorithm, body);
    if (json.path("mediaType").isTextual()) {
      return new ManifestDocument(digest, json.path("mediaType").asText(), true, body);
    }
    Optional<String> shape = shape(json);
    if (shape.isPresent() && servedType.map(shape.get()::equals).orElse(true)) {
      return new ManifestDocument(digest, shape.get(), true, body);
    }
    String type = servedType.orElseThrow(() -> new IOException("it does not tell its type"));
    return new ManifestDocument(digest, type, false, body);
  }

  /** The type of a body without the field, by the one list that it has: only OCI's may lack it. */
  private static Optional<String> shape(JsonNode json) {
    boolean index = json.path("manifests").isArray();
    boolean image = json.path("layers").isArray();
    if (index == image) {
      return Optional.empty();
    }
    return Optional.of(index ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST);
  }
}
