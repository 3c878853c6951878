/** Who larder is to a registry, and where it has that from. */
@NullMarked
package larder.identity;

import org.jspecify.annotations.NullMarked;
