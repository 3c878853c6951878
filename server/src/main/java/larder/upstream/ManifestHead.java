package larder.upstream;

import java.util.Optional;
import java.util.OptionalLong;
import larder.tiering.Digest;

/**
 * What upstream says of a manifest without sending it.
 *
 * @param digest of the manifest, where upstream says
 * @param mediaType without parameters, where upstream says
 * @param size in bytes, where upstream says
 */
public record ManifestHead(
    Optional<Digest> digest, Optional<String> mediaType, OptionalLong size) {}
