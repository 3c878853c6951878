/** The composition root: makes a running larder of a configuration. */
@NullMarked
package larder.server;

import org.jspecify.annotations.NullMarked;
