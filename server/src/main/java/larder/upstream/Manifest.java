package larder.upstream;

/**
 * A manifest as upstream gave it: the one named, where it was asked for by its digest.
 *
 * @param body at most 4 MiB of a JSON object
 * @param mediaType without parameters
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record Manifest(byte[] body, String mediaType) {}
