package larder.tiering;

import java.time.Instant;

/**
 * What a tag meant when upstream was last asked.
 *
 * @param digest of the manifest
 * @param mediaType of the manifest
 * @param size of the manifest in bytes
 * @param checked when upstream said so
 * @param freshUntil until when nobody asks again; whoever reads the record later does not extend it
 */
public record TagRecord(
    Digest digest, String mediaType, long size, Instant checked, Instant freshUntil) {}
