/** The command line. */
@NullMarked
package larder.cli;

import org.jspecify.annotations.NullMarked;
