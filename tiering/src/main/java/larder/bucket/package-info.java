/**
 * What larders share: objects in a bucket, or in a directory that stands in for one, and what is
 * built of them.
 */
@NullMarked
package larder.bucket;

import org.jspecify.annotations.NullMarked;
