/** larder as a whole, over real sockets, before registries that misbehave. */
@NullMarked
package larder.server;

import org.jspecify.annotations.NullMarked;
