@NullMarked
package larder.migrate;

import org.jspecify.annotations.NullMarked;
