/**
 * The registry protocol as clients speak it: names, ranges, manifests, blobs, tags and error
 * envelopes.
 */
@NullMarked
package larder.registry;

import org.jspecify.annotations.NullMarked;
