/** Moves a pull-through cache of the reference registry to larder: its settings become larder's. */
@NullMarked
package larder.migrate;

import org.jspecify.annotations.NullMarked;
