package larder.registry;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import larder.tiering.Digest;
import larder.upstream.ManifestOutline;

/**
 * A manifest in hand.
 *
 * @param digest computed from the body
 * @param mediaType as the body says, else as its server said
 * @param typed whether the body alone tells that type, so that it may be kept without it
 */
record ManifestDocument(Digest digest, String mediaType, boolean typed, byte[] body) {
  /** As RFC 6838 has it; whatever else a body says is not fit for a header. */
  private static final Pattern MEDIA_TYPE =
      Pattern.compile("[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}");

  /**
   * Reads a body.
   *
   * @param algorithm of the digest
   * @param servedType what its server called it
   * @throws IOException when it is no manifest
   */
  static ManifestDocument of(Digest.Algorithm algorithm, byte[] body, Optional<String> servedType)
      throws IOException {
    ManifestOutline outline = ManifestOutline.of(body);
    if (!outline.versioned()) {
      throw new IOException("it has no schemaVersion");
    }
    Digest digest = Digest.of(algorithm, body);
    Optional<String> own = outline.mediaType();
    Optional<String> told = own.isPresent() ? own : shape(outline);
    if (told.isPresent() && (own.isPresent() || servedType.map(told.get()::equals).orElse(true))) {
      return new ManifestDocument(digest, checked(told.get()), true, body);
    }
    String type = servedType.orElseThrow(() -> new IOException("it does not tell its type"));
    return new ManifestDocument(digest, checked(type), false, body);
  }

  /** The type of a body without the field, by the one list that it has: only OCI's may lack it. */
  private static Optional<String> shape(ManifestOutline outline) {
    if (outline.hasManifests() == outline.hasLayers()) {
      return Optional.empty();
    }
    return Optional.of(outline.hasManifests() ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST);
  }

  private static String checked(String type) throws IOException {
    if (!MEDIA_TYPE.matcher(type).matches()) {
      throw new IOException("its type is none: " + Printable.of(type));
    }
    return type;
  }
}
