package larder.upstream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/**
 * What tells a manifest from other bodies, read without building the body in memory: a small one
 * may hold millions of values.
 *
 * @param versioned whether it has a {@code schemaVersion}, as all manifests do
 * @param mediaType as the body says
 * @param hasManifests whether it lists manifests, as an index does
 * @param hasLayers whether it lists layers, as an image does
 */
public record ManifestOutline(
    boolean versioned, Optional<String> mediaType, boolean hasManifests, boolean hasLayers) {
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * @throws IOException when the body is not one JSON object
   */
  public static ManifestOutline of(byte[] body) throws IOException {
    boolean versioned = false;
    boolean hasManifests = false;
    boolean hasLayers = false;
    Optional<String> mediaType = Optional.empty();
    try (JsonParser json = JSON.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("it is no JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        JsonToken value = json.nextToken();
        switch (field) {
          case "schemaVersion" -> versioned = value == JsonToken.VALUE_NUMBER_INT;
          case "mediaType" -> {
            if (value == JsonToken.VALUE_STRING) {
              mediaType = Optional.of(json.getText());
            }
          }
          case "manifests" -> hasManifests = value == JsonToken.START_ARRAY;
          case "layers" -> hasLayers = value == JsonToken.START_ARRAY;
          default -> {}
        }
        json.skipChildren();
      }
      if (json.nextToken() != null) {
        throw new IOException("something follows its JSON object");
      }
    }
    return new ManifestOutline(versioned, mediaType, hasManifests, hasLayers);
  }
}
