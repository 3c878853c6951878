/** Clears away from the bucket what nobody needs any more, for all larders that share it. */
@NullMarked
package larder.janitor;

import org.jspecify.annotations.NullMarked;
