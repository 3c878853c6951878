/**
 * A directory as a tier: one file a blob, a spool beside them, and what is known of each file's
 * soundness.
 */
@NullMarked
package larder.fs;

import org.jspecify.annotations.NullMarked;
